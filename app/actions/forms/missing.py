"""What the pages of promises share."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.actions.rules.refusals import FieldsAreMissing
from app.web.forms import InvalidForm, Problems


@contextmanager
def missing_as_problems(problems: Problems | None = None) -> Iterator[None]:
    """Turns the rules' sentences into problems beside their fields. With `problems` found before: nothing is done."""
    if problems:
        raise InvalidForm(problems)
    try:
        yield
    except FieldsAreMissing as missing:
        raise InvalidForm(Problems(dict(missing.by_field))) from missing
