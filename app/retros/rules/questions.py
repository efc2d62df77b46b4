"""The secret questions: when each may be asked and which answers it takes. What is said of them: results."""

from uuid import UUID

from app.core.errors import Invalid
from app.retros.rules.names import Stage

SAFETY = "safety"
ROTI = "roti"
MORE_TIME = "more"
FEWER = "fewer"
"""No question that is asked: a seat says that its department is fewer people than it looks."""
YES, NO = "yes", "no"

_ANSWERS = {SAFETY: ("1", "2", "3", "4", "5"), ROTI: ("0", "1", "2", "3", "4"), MORE_TIME: (YES, NO)}


def more_time_question(topic_id: UUID, asked: int) -> str:
    """Name of the `asked`-th (from 1) question for three more minutes on a topic."""
    return f"{MORE_TIME}:{topic_id}:{asked}"


def safety_is_open(stage: Stage, over_days: bool, meeting_began: bool) -> bool:
    """Whether the safety check is asked just now: at check-in, or, where people write over days, as the meeting
    begins: who answers days before answers for another room."""
    if over_days:
        return stage is Stage.WRITE and meeting_began
    return stage is Stage.CHECK_IN


def question_is_open(question: str, stage: Stage, topic_id: UUID | None, asked: int, *, safety_now: bool) -> bool:
    """Whether the stage (and the topic in the spotlight) asks this question just now. `safety_now`: as
    `safety_is_open` says."""
    if question == SAFETY:
        return safety_now
    if question == ROTI:
        return stage is Stage.WRAP_UP
    if topic_id is None or asked < 1 or stage is not Stage.DISCUSS:
        return False
    return question == more_time_question(topic_id, asked)


def check_answer(question: str, value: str) -> str:
    """The answer as it is stored; raises `Invalid` for one that the question does not have."""
    if value not in answers_to(question):
        raise Invalid("Please choose one of the answers.", field="value")
    return value


def answers_to(question: str) -> tuple[str, ...]:
    """The answers that a question has, in their order; none where it is unknown."""
    return _ANSWERS.get(question.split(":")[0], ())
