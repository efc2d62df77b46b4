"""How departments keep what they promise each other, over many projects; never about a person."""
