"""What a kick-off brief says, and what its readers said of it."""
