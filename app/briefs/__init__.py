"""The kick-off brief: what exactly these departments still owe each other, and what keeps coming back."""
