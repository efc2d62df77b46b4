"""Reads of promises: rows for the service, frozen views for screens. Knows no seat and no entry."""
