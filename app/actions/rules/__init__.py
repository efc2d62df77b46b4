"""Decisions about promises: words, fields, calendar, life, notices, agreements and ready-made bridges; pure."""
