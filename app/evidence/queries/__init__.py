"""Reads of what retros say about a friction: frozen views."""
