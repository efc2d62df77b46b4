"""Reads what a lead sends about an outcome: a department's reply after the close."""

from pydantic import BaseModel

from app.outcomes.rules.late_reply import REPLY_MAX, LateReply
from app.web.fields import Prose, Word
from app.web.forms import InvalidForm, Problems, identifier, paragraph, whole_number


class TypedReply(BaseModel):
    """The form as it was typed; a missing field is an empty one."""

    topic: Word = ""
    department: Word = ""
    text: Prose = ""
    version: Word = "0"

    @property
    def key(self) -> str:
        """Names the form on the page that this came from."""
        return f"{self.topic}-{self.department}"


def read_reply(typed: TypedReply) -> LateReply:
    """The reply as the service takes it. Raises InvalidForm."""
    problems = Problems()
    topic_id = identifier(typed.topic, problems=problems, name="topic", label="a topic")
    department_id = identifier(typed.department, problems=problems, name="department", label="a department")
    text = paragraph(typed.text, most=REPLY_MAX, problems=problems, name="text", label="the reply", needed=False)
    version = whole_number(
        typed.version, least=0, most=999_999, problems=problems, name="version", label="the version"
    )
    if problems or topic_id is None or department_id is None:
        raise InvalidForm(problems)
    return LateReply(topic_id, department_id, text, version or 0)
