"""The measurement of growth notices what grows too fast; and, in the full run, nothing of ours does."""

from __future__ import annotations

import pytest

from tests.load.growing import MOST, Read, grown, main


class Counting:
    """A stopwatch that counts the steps of a reader, so that no machine is too busy for it."""

    def __init__(self, power: int) -> None:
        self.steps, self.power = 0.0, power

    def read(self, text: str) -> None:
        self.steps += len(text) ** self.power / 1000

    def __call__(self) -> float:
        return self.steps


@pytest.mark.parametrize(("power", "fast"), [(1, False), (2, True), (3, True)])
def test_what_grows_with_the_square_of_a_text_is_noticed(power: int, fast: bool) -> None:
    counting = Counting(power)
    found = grown(Read("a reader", counting.read, 1_000), counting)
    assert any(one.times > MOST for one in found) is fast


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_nothing_that_reads_what_people_typed_grows_faster_than_it_may(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["growing"])
    assert main() == 0, capsys.readouterr().out
