"""Reads of themes: rows for services, frozen views for screens."""
