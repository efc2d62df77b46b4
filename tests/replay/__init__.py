"""Real retros typed in through the pages, by simulated people, to an outcome. The texts are not in this repository."""
