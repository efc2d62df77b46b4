"""The secret questions: when each may be asked, which answers it takes, and what their counts mean."""

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import median
from uuid import UUID

from app.core.errors import Invalid
from app.retros.rules.names import Stage

SAFETY = "safety"
ROTI = "roti"
MORE_TIME = "more"
YES, NO = "yes", "no"

_ANSWERS = {SAFETY: ("1", "2", "3", "4", "5"), ROTI: ("0", "1", "2", "3", "4"), MORE_TIME: (YES, NO)}


def more_time_question(topic_id: UUID, asked: int) -> str:
    """Name of the `asked`-th (from 1) question for three more minutes on a topic."""
    return f"{MORE_TIME}:{topic_id}:{asked}"


def question_is_open(question: str, stage: Stage, topic_id: UUID | None, asked: int) -> bool:
    """Whether the stage (and the topic in the spotlight) asks this question just now."""
    if question == SAFETY:
        return stage is Stage.CHECK_IN
    if question == ROTI:
        return stage is Stage.WRAP_UP
    if topic_id is None or asked < 1 or stage is not Stage.DISCUSS:
        return False
    return question == more_time_question(topic_id, asked)


def check_answer(question: str, value: str) -> str:
    """The answer as it is stored; raises `Invalid` for one that the question does not have."""
    answers = _ANSWERS.get(question.split(":")[0], ())
    if value not in answers:
        raise Invalid("Please choose one of the answers.", field="value")
    return value


def counted_answers(question: str, values: Iterable[str], k: int) -> dict[str, int] | None:
    """How many gave each answer, every possible answer named; None when fewer than `k` answered."""
    counts = Counter(values)
    if sum(counts.values()) < k:
        return None
    return {answer: counts.get(answer, 0) for answer in _ANSWERS[question.split(":")[0]]}


def safety_is_low(counts: Mapping[str, int] | None) -> bool:
    """Two or more 1s, or a median of 2 or less. Unknown (below k) is not low: there is no result to act on."""
    if not counts:
        return False
    values = [int(answer) for answer, seats in counts.items() for _ in range(seats)]
    return counts.get("1", 0) >= 2 or (bool(values) and median(values) <= 2)
