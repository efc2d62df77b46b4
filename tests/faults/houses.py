"""The house under trouble: a seed that is told, a server in a process of its own, and what must hold at the end."""

from __future__ import annotations

import os
import re
import time
from random import Random, SystemRandom

import httpx

from tests.faults.playing import Play
from tests.serving import ServerProcess

FULL = os.environ.get("FENCEPOST_FULL") == "1"
SETTLES_WITHIN = 180.0


def chance() -> Random:
    """Its seed is printed; FENCEPOST_SEED plays the same chances again."""
    seed = os.environ.get("FENCEPOST_SEED") or str(SystemRandom().getrandbits(32))
    print(f"FENCEPOST_SEED={seed}")
    return Random(seed)


def setup_token(process: ServerProcess) -> str:
    """Out of the link that the server printed for the first account."""
    said = process.log.read_text()
    found = re.search(r"/desk/setup/([\w-]+)", said)
    assert found, said
    return found[1]


def assert_that_all_holds(play: Play, process: ServerProcess) -> None:
    """Nothing lost, doubled or skipped; the promise kept; a sound database under a server that is ready."""
    assert play.wrong == []
    # The jobs of the server look every five seconds for what a crash has left.
    ends = time.monotonic() + SETTLES_WITHIN
    while traces := play.traces():
        assert time.monotonic() < ends, f"not gone in time: {traces}"
        time.sleep(1)
    assert play.ground.faults() == []
    while not (ready := httpx.get(f"{process.url}/readyz")).is_success:
        assert time.monotonic() < ends, ready.text
        time.sleep(1)
