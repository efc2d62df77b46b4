"""Encoders: which one serves here, loaded once in a process."""
