"""Reads of topics: rows for the service, frozen views for screens."""
