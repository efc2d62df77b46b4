"""How much a field may hold before anything reads it; what a field really takes is said by the rules of its slice.

Every field of every form, address and program's request has one of these: `tests/web/test_fields.py` walks them all.
A longer one is refused whole, in a sentence, with what was typed kept in the answer (`web/errors.py`).
"""

from typing import Annotated

from pydantic import Field, StringConstraints

Word = Annotated[str, StringConstraints(max_length=100)]
"""A choice, an id, a number, a day, a switch."""
Line = Annotated[str, StringConstraints(max_length=1_000)]
"""A name, a title, an address, a password."""
Prose = Annotated[str, StringConstraints(max_length=10_000)]
"""Several lines."""
Sheet = Annotated[str, StringConstraints(max_length=60_000)]
"""A list that is pasted in: about as much as a whole request may hold."""
Words = Annotated[list[Word], Field(max_length=1_000)]
"""What is ticked or chosen in a list."""
Lines = Annotated[list[Line], Field(max_length=1_000)]
