"""Reads for the live screens: the picture that everybody of an audience sees, and what is one browser's own."""
