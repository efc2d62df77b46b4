"""Writes tables for spreadsheets (CSV); no cell can start a formula there, and what was put before it comes off again
where such a table is read. Knows nothing of what is in them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Comma-separated, one header line, CRLF; a row may lack columns. Every cell is made harmless."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell without NUL, which readers skip, and with a ' before what a spreadsheet would read as a formula."""
    cell = cell.replace("\0", "")
    return f"'{cell}" if _is_formula(cell) else cell


def as_written(cell: str) -> str:
    """The cell as it was before `harmless`, ours or that of another tool."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    """Also one that somebody has quoted already: it gets one ' more, so that nobody's own is taken away."""
    return cell.lstrip("'").startswith(_STARTS_A_FORMULA)
