"""A foreign file is read in a process of its own, and what takes too much is ended and said in a sentence."""

from __future__ import annotations

import os
import time
from io import BytesIO

import pytest

from app.core.beside import Broke, TookTooMuch, beside
from app.core.list_files import COLUMNS_MAX, ROWS_MAX, UnreadableFile
from app.outcomes.rules.history.reading import read_file


def children() -> list[str]:
    return [one for one in os.listdir("/proc") if one.isdigit() and parent_of(one) == os.getpid()]


def parent_of(process: str) -> int:
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as said:
            return int(said.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_what_was_read_comes_back() -> None:
    assert beside(lambda: {"rows": [1, 2]}) == {"rows": [1, 2]}
    assert beside(os.getpid) != os.getpid()
    assert len(beside(lambda: b"x" * 30_000_000)) == 30_000_000


def test_a_refusal_comes_back_as_it_was_raised() -> None:
    def refuse() -> None:
        raise UnreadableFile("There is nothing in it.")

    with pytest.raises(UnreadableFile, match=r"^There is nothing in it\.$"):
        beside(refuse)


def test_a_defect_of_ours_is_told_without_what_stood_in_the_file() -> None:
    with pytest.raises(Broke, match="KeyError") as broke:
        beside(lambda: {}["what somebody wrote"])
    assert "wrote" not in str(broke.value)


def test_what_takes_too_long_is_ended_and_said() -> None:
    def never() -> None:
        while True:
            pass

    before = children()
    started = time.monotonic()
    with pytest.raises(TookTooMuch, match="more than this server gives one file"):
        beside(never, seconds=1)
    assert time.monotonic() - started < 30
    assert children() == before, "nothing is left running"


def test_what_waits_for_ever_is_ended_too() -> None:
    with pytest.raises(TookTooMuch):
        beside(lambda: time.sleep(3600), seconds=1)


def test_what_takes_too_much_memory_is_ended_and_said() -> None:
    with pytest.raises(TookTooMuch, match="64 MB"):
        beside(lambda: len(bytearray(512 * 1024 * 1024)), megabytes=64)


def test_the_child_holds_no_file_of_the_server_open() -> None:
    reading, writing = os.pipe()
    assert len(beside(lambda: os.listdir("/proc/self/fd"))) <= 2
    os.close(reading)
    os.close(writing)


def table(columns: int, rows: int) -> bytes:
    header = ",".join(["text", *(f"c{number}" for number in range(columns - 1))])
    return "\n".join([header, *["late"] * rows]).encode()


def workbook(columns: int) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["text", *(f"c{number}" for number in range(columns - 1))])
    book.active.append(["late"] * columns)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def json_lines(columns: int) -> bytes:
    import json

    return "\n".join(json.dumps({"text": "late", f"c{number}": "x"}) for number in range(columns - 1)).encode()


@pytest.mark.parametrize("made", [lambda n: table(n, 1), workbook, json_lines])
def test_a_file_of_more_columns_than_fit_is_refused_and_nothing_is_left_out_in_silence(made) -> None:
    assert len(read_file(made(COLUMNS_MAX), "notes").found.headers) == COLUMNS_MAX == 200
    with pytest.raises(UnreadableFile, match="columns"):
        read_file(made(COLUMNS_MAX + 1), "notes")


def test_a_file_of_more_rows_than_fit_is_refused() -> None:
    assert ROWS_MAX == 200_000
    assert len(read_file(table(1, ROWS_MAX), "notes.csv").found.rows) == ROWS_MAX
    with pytest.raises(UnreadableFile, match="200000 rows"):
        read_file(table(1, ROWS_MAX + 1), "notes.csv")
