"""Writes of outcomes, and of history that comes from elsewhere: one function per use case."""
