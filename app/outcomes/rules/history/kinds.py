"""Which kind the section names of tools and notes mean. What says no polarity stays unsorted: nothing is guessed."""

from __future__ import annotations

from app.core.patterns import bounded
from app.entries.rules.names import EntryKind

_SAID = {
    EntryKind.WENT_RIGHT: (
        "went right, went well, what went well, what went right, things that went well, good, the good, positive, "
        "positives, keep, to keep, keep doing, continue, liked, like, loved, glad, happy, key accomplishments, "
        "accomplishments, what worked, what worked well, worked well, what we did well, successes, wins, wind, "
        "what processes worked well"
    ),
    EntryKind.WENT_WRONG: (
        "went wrong, what went wrong, what went badly, did not go well, didnt go well, what did not go well, "
        "what didnt go well, "
        "could be better, what could be better, could have gone better, what could have gone better, "
        "what could be improved, what could have been better, to improve, improve, improvements, needs improvement, "
        "what to improve, bad, the bad, negative, negatives, sad, mad, frustrated, lacked, lacking, stop, "
        "stop doing, drop, less, problems, pain points, anchor, anchors, contributing factors, what did not work, "
        "what didnt work, what processes did not work well, things that went poorly, things that could be improved"
    ),
    EntryKind.IDEA: (
        "idea, ideas, suggestion, suggestions, recommendation, recommendations, future considerations, "
        "things to change next time, what to change next time, start, start doing, try, to try, add, more, "
        "longed for, wishes, proposals"
    ),
    EntryKind.ACTION: (
        "action, actions, action item, action items, next steps, follow up, follow ups, follow up steps, task, "
        "tasks, to do, todo, to dos, todos, retro action items, work items"
    ),
    EntryKind.THANKS: (
        "thanks, thank you, thank yous, kudos, appreciation, appreciations, shout outs, shoutouts, praise"
    ),
    EntryKind.SURPRISED_US: "surprised us, surprise, surprises, surprising, what surprised us",
    EntryKind.UNSORTED: (
        "unsorted, note, notes, other, others, question, questions, meh, learned, lessons learned, lessons, "
        "what we learned, where we got lucky, puzzles, discuss, risks, null, none, reflection, comment, "
        "comments, reply"
    ),
}
_KINDS = {word: kind for kind, words in _SAID.items() for word in words.split(", ")}
_NO_WORD = bounded(r"[\W_]")


def kind_of(said: str) -> EntryKind | None:
    """The kind a section name means; UNSORTED where it states no polarity, None where it is not known here."""
    words = plain_words(said).removesuffix(" why")
    if not words:
        return EntryKind.UNSORTED
    return _KINDS.get(words)


def plain_words(said: str) -> str:
    """Small letters and single blanks, without marks, emoji and apostrophes."""
    text = said.lower().replace("’", "").replace("'", "")
    return " ".join(_NO_WORD.sub(" ", text).split())
