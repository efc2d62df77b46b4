"""Pages of the desk that put several slices together: the start page and a lead's list of actions."""
