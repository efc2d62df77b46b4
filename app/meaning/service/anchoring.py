"""The kinds of friction as this database's encoder sees them; kept in the process until either of them changes."""

from __future__ import annotations

import threading
from collections import OrderedDict

from sqlmodel import Session

from app.meaning import queries
from app.meaning.rules.encoding import HashedWords
from app.meaning.rules.kinds import Anchors, KindDescription, anchors_of
from app.meaning.service.encoders import encoder_of

KEPT = 4
_kept: OrderedDict[tuple[str, tuple[KindDescription, ...]], Anchors | None] = OrderedDict()
_book = threading.Lock()


def anchors(db: Session) -> Anchors | None:
    """None when no kind has a phrase, and where words alone are compared: these know no kinds."""
    encoder, kinds = encoder_of(db), queries.kinds(db)
    if encoder.name == HashedWords.name:
        return None
    key = (encoder.name, kinds)
    with _book:
        if key in _kept:
            return _kept[key]
    made = anchors_of(kinds, encoder)
    with _book:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made
