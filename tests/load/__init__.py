"""300 people in one retro, measured from outside; and the same streams on a bare broadcaster."""
