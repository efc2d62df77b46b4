"""Writes of what waits to be told outside: one module for each way out."""
