"""What the pages of promises share."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.actions.service import FieldsAreMissing
from app.web.forms import InvalidForm, Problems


@contextmanager
def missing_as_problems() -> Iterator[None]:
    """Turns the rules' sentences into problems beside their fields."""
    try:
        yield
    except FieldsAreMissing as missing:
        raise InvalidForm(Problems(dict(missing.by_field))) from missing
