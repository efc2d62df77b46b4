"""Grouping and labelling of texts: pure."""
