"""Reads the list of actions that somebody brings along."""

from pydantic import BaseModel

from app.actions.rules.list_files import ListFile, UnreadableList, read_list, text_of
from app.actions.rules.loading import list_name_problem
from app.web.fields import Line, Sheet
from app.web.forms import InvalidForm, Problems


class TypedList(BaseModel):
    """A list to be loaded. `department` is the name of the one that provides what states no provider."""

    list_name: Line = ""
    department: Line = ""
    text: Sheet = ""


def read_list_form(typed: TypedList, content: bytes = b"") -> ListFile:
    """The rows of a list out of its file, else out of the pasted text. Raises InvalidForm."""
    problems = Problems()
    if sentence := list_name_problem(typed.list_name.strip()):
        problems.add("list_name", sentence)
    found = ListFile(())
    try:
        found = read_list(text_of(content) if content.strip() else typed.text)
    except UnreadableList as unreadable:
        problems.add("file" if content.strip() else "text", str(unreadable))
    if problems:
        raise InvalidForm(problems)
    return found
