"""How much longer twice the text takes: everything that reads what people typed, with texts that are meant to hurt.

    python -m tests.load.growing [words of a name]

Process time at 2n against that at n, best of five, a text repeated until one run takes 50 ms. More than 2.5 times is
refused: twice the text is then worse than twice the work, and somebody can make it a quarter of a minute. Every text
is tried once quickly; what grows by more than twice is measured as said.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

MOST = 2.5
SUSPECT = 2.1
TIMES, RUN_SECONDS = 5, 0.05
TRIES = 3
"""Of what looks bad: a busy machine accuses nobody, and what grows too fast does so every time."""
QUICK_TIMES, QUICK_SECONDS = 2, 0.003
Reader = Callable[[str], object]
Stopwatch = Callable[[], float]

ROSTER = ("Anna Berg", "Berg, Anna", "Anna Maria von Berg", "Sven Olsen", "May Long")
UNITS = (
    "a", " ", "\n", ".", "@", "@a.", "a.", "a@", "-", "'", "’", "(", "[", "](", "`", "*", "_ ", "**a", "1. ", "- ",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "e\u0301", "\u0300\u0316", "\u2066", "ß", "A",
    "who ", "why did the ", "and who the x ", "never ", "their ", "his own ", "Anna ", "Anna Berg ", "Berg, ",
    "screwed a ", "should a ", "if only a ", "https://", "www.", "\\", "|", ",", ";", '"', '","', "&", "<", "\t", "0",
    "2024-01-", "Mr. A", "a-b", "a+", "#", "=", "ab ", "No",
)  # fmt: skip
"""What a text is made of, again and again."""
ENDS = ("", "!", "@")


@dataclass(frozen=True, slots=True)
class Read:
    """Something that reads what people typed, and the most that it is ever given."""

    name: str
    reader: Reader
    most: int


@dataclass(frozen=True, slots=True)
class Grown:
    name: str
    text: str
    seconds: float
    times: float

    def __str__(self) -> str:
        return f"{self.times:5.2f} times at twice the text  {self.seconds * 1e3:9.3f} ms  {self.name}  {self.text!r}"


def readers() -> Iterator[Read]:
    """Each with the full length of the longest field that it reads (web/fields.py), files with that of an upload."""
    from app.actions.rules.list_files import read_list
    from app.board.forms import TYPED_MOST, TypedDraft
    from app.core import texts
    from app.core.ids import read_code
    from app.entries.rules.nudges import nudges
    from app.entries.rules.text import clean_text, cut_to_fit
    from app.meaning.rules import encoding, labels, noun_phrases, words
    from app.notifications.rules import targets
    from app.outcomes.rules import markdown
    from app.outcomes.rules.history import reading
    from app.people.rules import email_problem, tidy_email
    from app.topics.rules.topic import cut
    from app.web.forms import Problems, one_line, paragraph

    def of_line(text: str) -> object:
        return one_line(text, most=400, problems=Problems(), name="x", label="x")

    def of_paragraph(text: str) -> object:
        return paragraph(text, most=4000, problems=Problems(), name="x", label="x")

    def of_file(name: str, text: str) -> object:
        read = reading.read_file(text.encode("utf-8", "replace"), name)
        return reading.told(read, "", None, date(2026, 1, 1))

    yield Read("draft", lambda text: nudges(TypedDraft(text=text).text, ROSTER), TYPED_MOST)
    yield Read("the gentle check", lambda text: nudges(text, ROSTER), 280)
    yield Read("an entry", clean_text, 10_000)
    yield Read("what is kept of a draft", lambda text: cut_to_fit(text, 1500), TYPED_MOST)
    yield Read("a line", of_line, 1_000)
    yield Read("a paragraph", of_paragraph, 10_000)
    yield Read("composed", texts.composed, 60_000)
    yield Read("a code", read_code, 1_000)
    yield Read("a mail address", lambda text: email_problem(tidy_email(text)), 1_000)
    yield Read("an address of a webhook", lambda text: targets.read_target("https://" + text), 500)
    yield Read("markdown", markdown.escaped, 4_000)
    yield Read("words", words.words, 4_000)
    yield Read("clauses", lambda text: list(words.clauses(text)), 1_000)
    yield Read("noun phrases", lambda text: list(noun_phrases.noun_phrases(text)), 280)
    yield Read("words of an encoder", lambda text: encoding.HashedWords().encode([text]), 4_000)
    yield Read("headings of an entry", lambda text: labels.headings.__wrapped__(text), 280)
    yield Read("where a phrase stands", lambda text: labels.run_of("Anna Berg", text), 4_000)
    yield Read("erasing words", lambda text: cut(text, "never Anna a who"), 10_000)
    yield Read("a list of actions", read_list, 60_000)
    for name in ("retro.csv", "retro.md", "retro.txt", "retro.json"):
        yield Read(f"a file: {name}", lambda text, name=name: of_file(name, text), 60_000)  # type: ignore[misc]


def texts(most: int) -> Iterator[tuple[str, str, str]]:
    """(what it is made of, half the text, all of it)."""
    for unit in UNITS:
        for end in ENDS:
            whole = most - len(end)
            yield unit + end, (unit * most)[: whole // 2] + end, (unit * most)[:whole] + end


def grown(read: Read, stopwatch: Stopwatch = time.process_time) -> list[Grown]:
    """How each text grows; measured again where it looks bad, so that a busy machine accuses nobody."""
    found = []
    for made_of, half, whole in texts(read.most):
        seconds, times = _times(read.reader, half, whole, QUICK_TIMES, QUICK_SECONDS, stopwatch)
        for _ in range(TRIES):
            if times <= SUSPECT:
                break
            seconds, times = _times(read.reader, half, whole, TIMES, RUN_SECONDS, stopwatch)
            if times <= MOST:
                break
        found.append(Grown(read.name, made_of, seconds, times))
    return found


def _times(
    reader: Reader, half: str, whole: str, runs: int, run_seconds: float, stopwatch: Stopwatch
) -> tuple[float, float]:
    """Seconds for the whole text, and how many times as long as for half of it."""
    one = best(reader, half, runs, run_seconds, stopwatch)
    two = best(reader, whole, runs, run_seconds, stopwatch)
    return two, two / max(one, 1e-9)


def best(reader: Reader, text: str, runs: int, run_seconds: float, stopwatch: Stopwatch) -> float:
    """Seconds of one reading: the best run, each repeated until it takes so long."""
    once = max(_run(reader, text, 1, stopwatch), 1e-7)
    repeats = max(1, round(run_seconds / once))
    return min(_run(reader, text, repeats, stopwatch) for _ in range(runs))


def _run(reader: Reader, text: str, repeats: int, stopwatch: Stopwatch) -> float:
    started = stopwatch()
    for _ in range(repeats):
        try:
            reader(text)
        except ValueError:
            pass  # a refusal of the file or the text is an answer, too
        except Exception as refused:
            if not hasattr(refused, "sentence"):
                raise
    return (stopwatch() - started) / repeats


def main() -> int:
    refused = 0
    # Large pieces of memory are kept from here on: asking the system anew for each is no work of the reader.
    bytes(16 << 20)
    gc.collect()
    gc.freeze()
    for read in readers():
        if not all(word in read.name for word in sys.argv[1:]):
            continue
        found = sorted(grown(read), key=lambda one: -one.times)
        refused += sum(one.times > MOST for one in found)
        print(found[0])
        slowest = max(found, key=lambda one: one.seconds)
        print(f"      the slowest: {slowest.seconds * 1e3:.3f} ms with {slowest.text!r}")
    print(f"{refused} texts grow too fast." if refused else "Nothing grows faster than it may.")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
