"""Encoders: which one serves here, loaded once in a process; and the kinds of friction as it sees them."""
