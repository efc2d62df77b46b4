"""300 people in one retro on one process with embedded SQLite: `python -m tests.load.three_hundred [people]`.

Prints a table and, with `--json FILE`, writes the same figures. Stops by itself; talks to 127.0.0.1 only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.load import servers
from tests.load.beside import beside_bare, pages_of_the_demo
from tests.load.figures import Report
from tests.load.measuring import Room

LONGEST_SECONDS = 900


async def measure(people: int, *, pages: bool = True) -> Report:
    """The whole run. Raises TimeoutError after fifteen minutes."""
    report = Report(people)
    report.notes["cores, and the load of the machine before"] = f"{os.cpu_count()}, {os.getloadavg()[0]:.1f}"
    with tempfile.TemporaryDirectory(prefix="fencepost-load-") as name:
        folder = Path(name)
        async with asyncio.timeout(LONGEST_SECONDS):
            with servers.fencepost(folder) as server:
                room = Room(server, people, report)
                try:
                    await room.run()
                finally:
                    room.close()
            await beside_bare(folder, people, report, room.shown)
            if pages:
                await pages_of_the_demo(folder, report)
    return report


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.load.three_hundred", description=__doc__)
    reader.add_argument("people", nargs="?", type=int, default=300)
    reader.add_argument("--json", type=Path, help="write the figures to this file, too")
    reader.add_argument("--no-pages", action="store_true", help="leave out the pages of the demo data")
    chosen = reader.parse_args()
    report = asyncio.run(measure(chosen.people, pages=not chosen.no_pages))
    print(report.as_table())
    if chosen.json:
        chosen.json.write_text(report.as_json())
    return 1 if report.errors or report.lost or report.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
