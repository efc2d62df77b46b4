"""Reads of outcomes: built from what the room saw while it is open, served as it was fixed afterwards."""
