"""What the retros say of a friction: does it recur, how often, does it change, did an action help."""
