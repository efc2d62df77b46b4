"""Writes of promises: captured in the room, mended for some working days, then moved only by the people they bind."""
