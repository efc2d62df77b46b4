"""How many files and connections this process may hold open, and how many live streams fit beside everything else."""

import resource
from contextlib import suppress

WANTED = 65_536
KEPT_BACK = 256
"""For the database, files, and pages that are asked for beside the streams."""
STREAMS_MOST = 10_000
"""A stream takes 34 KB of memory: beyond that many it is the memory that ends first."""


def raise_limit() -> int:
    """Raise the soft limit of open files as far as the system lets us; returns what holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # Some systems name a hard limit and grant less.
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return WANTED if soft == resource.RLIM_INFINITY else soft


def streams_that_fit(descriptors: int) -> int:
    """Live streams that one process holds; who comes beyond asks for news every few seconds instead."""
    return min(STREAMS_MOST, max(descriptors - KEPT_BACK, descriptors // 2))
