"""The live pieces of a board, and the painter that draws them: each once an audience, from one read.

A piece's name is the same in four places: here, in the frame that carries it, its template, its element's id. Nothing
of one person ever gets in here: what is drawn goes to everybody of the audience.
"""

import threading
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from markupsafe import Markup

from app.anonymity.rules.promise import PromiseSettings, promise
from app.board.queries.cards import TopicCard
from app.board.queries.picture import BoardPicture, picture, version_of
from app.board.rules import PIECES, Audience, Piece
from app.core.cache import Cache, CacheKind
from app.core.clock import Clock
from app.core.config import Settings
from app.core.db import Database
from app.live.redraw import Drawing
from app.retros.rules.names import Stage
from app.web.door import Door, door
from app.web.templating import render

TOPIC: Final = "topic-"
SHOW_ALL_ENTRIES: Final = frozenset({"topics", "closing"})
WHOLE_DRAWINGS_KEPT: Final = 48
_WHOLE: CacheKind[Mapping[str, str]] = CacheKind("whole boards", WHOLE_DRAWINGS_KEPT, of_rooms=True)


class Painter:
    """Draws boards for streams and pages alike; called from threads."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._door = door(settings)
        self._whole = database.caches[_WHOLE] = Cache[Mapping[str, str]](WHOLE_DRAWINGS_KEPT)
        self._drawing_whole = [threading.Lock() for _ in range(16)]

    def draw(
        self, board: Hashable, audiences: Collection[str], pieces: Collection[str] | None = None
    ) -> Drawing | None:
        """The named pieces (None: all of them) for each audience; an empty collection reads the version only."""
        assert isinstance(board, UUID)
        if pieces is None:
            return self._draw_whole(board, audiences)
        if not pieces:
            with self._database.reading() as db:
                version = version_of(db, board)
            return None if version is None else Drawing(version, {audience: {} for audience in audiences})
        return self._draw_now(board, audiences, pieces)

    def _draw_whole(self, board: UUID, audiences: Collection[str]) -> Drawing | None:
        # One at a time: three hundred browsers that come back together have the board drawn once, not 300 times.
        with self._drawing_whole[board.int % len(self._drawing_whole)]:
            with self._database.reading() as db:
                version = version_of(db, board)
            if version is None:
                return None
            kept = self._kept(board, audiences, version)
            if kept is not None:
                return kept
            drawing = self._draw_now(board, audiences, None)
            if drawing is not None:
                self._keep(board, drawing)
            return drawing

    def _kept(self, board: UUID, audiences: Collection[str], version: int) -> Drawing | None:
        known = {audience: self._whole.find((board, audience), version) for audience in audiences}
        if any(html is None for html in known.values()):
            return None
        return Drawing(version, {audience: html for audience, html in known.items() if html is not None})

    def _keep(self, board: UUID, drawing: Drawing) -> None:
        for audience, html in drawing.pieces.items():
            self._whole.keep((board, audience), drawing.version, html)

    def _draw_now(self, board: UUID, audiences: Collection[str], pieces: Collection[str] | None) -> Drawing | None:
        with self._database.reading() as db:
            seen = picture(db, board, self._clock.now())
            if seen is None:
                return None
            wanted = {audience: _names_for(Audience(audience), pieces) for audience in audiences}
            # Everything is read here, so that nothing is queried while a template is filled.
            _look(seen, {name for names in wanted.values() for name in names})
        drawn = {
            audience: {name: html for name in names if (html := self._piece(seen, name, audience)) is not None}
            for audience, names in wanted.items()
        }
        return Drawing(seen.retro.version, drawn)

    def _piece(self, seen: BoardPicture, name: str, audience: str) -> str | None:
        context: dict[str, object] = {
            "audience": audience,
            "retro": seen.retro,
            "desk": f"/desk/retros/{seen.retro.id}",
            "room": f"/r/{seen.retro.code}",
        }
        if name.startswith(TOPIC):
            topic = next((card for card in seen.topics if card.piece == name), None)
            return render("fragments/board/topic.html", {**context, "topic": topic}) if topic else None
        context |= {need: getattr(seen, need) for need in PIECES[name].needs}
        context |= self._extras(seen, name, audience)
        return render(f"fragments/board/{name}.html", context)

    def _extras(self, seen: BoardPicture, name: str, audience: str) -> Mapping[str, object]:
        if name == "stage":
            return {
                "heading": seen.heading(),
                "sentence": seen.sentence(Audience(audience)),
                "moment": seen.moment,
            }
        if name == "code":
            return {"door": _address(self._door, seen.retro.code)}
        if name == "presence":
            return {"warning": _warning(seen)}
        return {}


def _warning(seen: BoardPicture) -> str | None:
    """Said from the start while fewer than k are seated; the sentence comes from the promise itself."""
    retro, counts = seen.retro, seen.counts
    if not counts.too_few_for_anonymity or retro.stage not in {Stage.CHECK_IN, Stage.WRITE}:
        return None
    return promise(PromiseSettings(retro.k, retro.way_in, seated=counts.people)).warning


@dataclass(frozen=True, slots=True)
class Address:
    """Where phones go: `svg` None when that would be this machine itself."""

    url: str
    svg: Markup | None
    trouble: str | None


def _address(where: Door, code: str) -> Address:
    url = f"{where.base}/r/{code}"
    return Address(url, where.picture(url) if where.trouble is None else None, where.trouble)


def _names_for(audience: Audience, pieces: Collection[str] | None) -> list[str]:
    """The pieces this audience may see, in the order of the page; names nobody knows are left out."""
    if pieces is None:
        return [name for name, piece in PIECES.items() if audience in piece.audiences]
    known = [name for name, piece in PIECES.items() if name in pieces and audience in piece.audiences]
    if "topics" in known:
        return known
    return known + sorted(name for name in pieces if name.startswith(TOPIC))


def _look(seen: BoardPicture, names: Collection[str]) -> None:
    if not SHOW_ALL_ENTRIES & set(names):
        named = {UUID(name.removeprefix(TOPIC)) for name in names if name.startswith(TOPIC)}
        lit = seen.retro.spotlight_topic_id
        seen.entries_of = named | {lit} if lit else named
    for name in names:
        if name.startswith(TOPIC):
            _ = seen.topics
        elif name == "stage":
            _ = seen.moment
        else:
            for need in PIECES[name].needs:
                getattr(seen, need)


def skeleton(audience: Audience) -> list[str]:
    """The pieces of an audience's page, in the order of the page."""
    return _names_for(audience, None)


__all__ = ["PIECES", "Painter", "Piece", "TopicCard", "skeleton"]
