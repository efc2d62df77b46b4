"""Counts the findings anew."""
