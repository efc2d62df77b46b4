"""Every threshold of the evidence, in one place: they are ours to tune, and nothing else knows a number; pure."""

Z_90_ONE_SIDED = 1.2816
"""Of a normal distribution: what 90 % lie below."""

RECURRING_AT_LEAST = 3
"""A friction that recurs was present in so many eligible retros or more,"""
RECURRING_LOW = 0.25
"""and the lower Wilson bound (90 %, one-sided) of the share of eligible retros is at least this."""
DORMANT_BELOW = 0.1
"""Silent for so long that, had it gone on as before, so long a silence had less than this chance."""

PASSING = 0.1
"""How often a passing friction would be there: what chance alone is said to bring. The design holds false alarms to
5 % over twelve retros at this presence."""

PRIOR_PEOPLE = 12
"""A rate is drawn towards the organisation's as if so many more people had been asked."""
PRIOR_RATE = 0.08
"""Entries a person where nothing has been counted in this organisation yet."""
PER_PEOPLE = 10
"""A rate is said for so many people."""
RATE_INTERVAL = 0.9

TREND_RETROS = 5
TREND_ENTRIES = 5
"""With fewer eligible retros, or fewer entries, it is too early to speak of a trend."""
FALSE_SHARE = 0.1
"""Of what is called a trend among many themes, at most this share may be chance (Benjamini-Hochberg's q)."""

BASELINE_RETROS = 3
"""So many eligible retros before the one that asked are compared with those after."""
GRACE_RETROS = 1
"""So many after the acceptance count on neither side: habits take a moment."""
AFTER_RETROS = 2
"""So many eligible retros must lie after the grace before anything is said to have held."""
HELD_CHANCE = 0.9
"""P(rate after < rate before) from which on it held, if also"""
HELD_RATIO = 0.7
"""the rate after is at most this share of the rate before, and"""
HELD_EXACT = 0.1
"""so few entries would come by chance at most this often (exact, conditional on their sum)."""
RETURNED_CHANCE = 0.5
"""P(rate after < rate before) up to which it returned, if anybody wrote about it again."""
