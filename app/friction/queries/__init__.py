"""The friction map and the page of a pair as frozen views."""
