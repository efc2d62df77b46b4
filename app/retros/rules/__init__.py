"""Decisions about a retro's stages, time boxes, formats and seats: pure; time and limits are arguments."""
