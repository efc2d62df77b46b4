"""The figures of a scorecard; pure."""
