"""Reads what was typed about promises: one module for each kind of form."""
