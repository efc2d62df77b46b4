"""Scorecards as frozen views."""
