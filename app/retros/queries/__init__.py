"""Reads of retros: rows for services, frozen views for screens."""
