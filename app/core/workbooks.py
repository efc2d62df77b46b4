"""Reads the first filled sheet of an XLSX workbook as lines of text: values only, within bounds; knows no column."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from app.core.list_files import COLUMNS_MAX, UnreadableFile, within_bounds

STARTS_WITH = b"PK\x03\x04"
UNPACKED_MAX = 200 * 1024 * 1024
"""A workbook is a zip: what it unpacks to is looked at before anything is unpacked."""
RATIO_MAX = 200
BROKEN = (
    zipfile.BadZipFile, ArithmeticError, AttributeError, EOFError, LookupError,
    NotImplementedError, OSError, RecursionError, SyntaxError, TypeError, ValueError, zlib.error,
)  # fmt: skip
"""How a broken workbook fails in the libraries beneath: zip, XML, numbers, dates. None of it is about us."""


def is_workbook(content: bytes) -> bool:
    return content.startswith(STARTS_WITH)


def lines_of_workbook(content: bytes, rows_max: int) -> list[tuple[int, list[str]]]:
    """The filled rows of the first sheet that has any: (its row, cells as text). Formulas count as their values.

    Raises UnreadableFile. The library is loaded by whoever reads a workbook, which is a process that ends with it.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bombs(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                if found := _lines(sheet, rows_max):
                    return found
        finally:
            book.close()
    except UnreadableFile:
        raise
    except (InvalidFileException, *BROKEN) as error:
        raise UnreadableFile("It looks like a workbook (XLSX), but it is broken. Please save it again.") from error
    raise UnreadableFile("There is nothing in it.")


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
    except BROKEN as error:
        raise UnreadableFile("It looks like a workbook (XLSX), but it is broken. Please save it again.") from error
    if unpacked > UNPACKED_MAX or unpacked > max(len(content) * RATIO_MAX, 2 * 1024 * 1024):
        raise UnreadableFile("This workbook unpacks to far more than it should. Please save it as CSV.")


def _lines(sheet: Any, rows_max: int) -> list[tuple[int, list[str]]]:
    return within_bounds(_filled(sheet, rows_max), rows_max)


def _filled(sheet: Any, rows_max: int) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(_rows(sheet), start=1):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield number, cells
        if number > 5 * rows_max + 1000:
            raise UnreadableFile(f"It has more than {rows_max} rows. Please split it.")


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    if not hasattr(sheet, "iter_rows"):
        return iter(())  # a chart has none
    # What a workbook says of its own size may be wrong, or made up.
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True, max_col=COLUMNS_MAX + 1)
    return rows


def _text(cell: object) -> str:
    """As people read it: a day without a time, a whole number without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
