"""The documents' own lines: fenced blocks, with the heading above them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOYMENT = ROOT / "app" / "DEPLOYMENT.md"
PAGES = (DEPLOYMENT, ROOT / "README.md", ROOT / "SECURITY.md")


@dataclass(frozen=True)
class Block:
    page: str
    heading: str
    language: str
    text: str

    def commands(self) -> list[str]:
        """The lines of a shell, those that go on joined."""
        joined = self.text.replace("\\\n", " ")
        return [line.strip() for line in joined.splitlines() if line.strip()]


def blocks(*pages: Path) -> list[Block]:
    found = []
    for page in pages or PAGES:
        heading, inside, language = "", None, ""
        for line in page.read_text().splitlines():
            if line.startswith("```"):
                if inside is None:
                    inside, language = [], line[3:]
                else:
                    found.append(Block(page.name, heading, language, "\n".join(inside) + "\n"))
                    inside = None
            elif inside is not None:
                inside.append(line)
            elif line.startswith("#"):
                heading = line.lstrip("# ").strip()
    return found


def block(heading: str, language: str = "", number: int = 0) -> Block:
    """One block of the deployment page."""
    fitting = [one for one in blocks(DEPLOYMENT) if one.heading == heading and one.language == language]
    return fitting[number]


def headings(page: Path = DEPLOYMENT) -> list[str]:
    return re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)


def part(heading: str, page: Path = DEPLOYMENT) -> str:
    """What stands below one heading, up to the next of any size."""
    found = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", page.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"{len(found)} times: {heading}"
    return str(found[0])
