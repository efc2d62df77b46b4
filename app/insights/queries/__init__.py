"""Reads for pages that only show: frozen views out of the slices below."""

__all__ = []
