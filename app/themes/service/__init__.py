"""Writes of themes: one function per use case."""
