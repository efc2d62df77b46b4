"""Arithmetic of scorecards: shares, times, counts, periods and their pictures; pure."""
