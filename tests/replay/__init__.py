"""Real retros typed in through the pages, by simulated people, to an outcome. Their texts are not kept here."""
