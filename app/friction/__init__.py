"""The friction map, and the page of two departments."""
