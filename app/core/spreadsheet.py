"""Writes tables for spreadsheets (CSV); no cell can start a formula there. Knows nothing of what is in them."""

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
    """The cell with a ' before what a spreadsheet would read as a formula."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell
