"""Which encoder serves this database: loaded once in a process when first needed, brought along by `db.info`.

A setting that cannot be had is no reason to fail: the next simpler encoder serves, and the admin page says why.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog
from sqlmodel import Session

from app.core.events import on_commit
from app.meaning.rules.encoding import Encoder, HashedWords, Vectors
from app.meaning.service import weights
from app.meaning.service.remembering import Remembering

AUTO, LIGHT, TRIO, WORDS = "auto", "light", "trio", "words"
log = structlog.get_logger(__name__)


def encoder_of(db: Session) -> Encoder:
    """The encoder of this database; without one words alone are compared."""
    found: Encoder = db.info.get("encoder") or HashedWords()
    return found


def forget_texts_of(db: Session) -> None:
    """Once this transaction is committed, nothing is left in this process of what texts meant."""
    encoder = db.info.get("encoder")
    if isinstance(encoder, ChosenEncoder):
        on_commit(db, encoder.forget)


class ChosenEncoder:
    """What `setting` asks for (auto, light, trio, words or a folder), loaded when first used; from any thread."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        self.refusals: list[str] = []
        """Why what was asked for does not serve: sentences for an admin."""
        self._loading = threading.Lock()
        self._loaded: Remembering | None = None

    @property
    def name(self) -> str:
        return self.load().name

    @property
    def size(self) -> int:
        return self.load().size

    @property
    def is_loaded(self) -> bool:
        return self._loaded is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self.load().encode(texts)

    def forget(self) -> None:
        """What texts meant is encoded anew when it is asked for again."""
        if self._loaded is not None:
            self._loaded.forget()

    def load(self) -> Remembering:
        """Load it now, if that was not done before: a second and 250 MB for the light one."""
        if self._loaded is None:
            with self._loading:
                if self._loaded is None:
                    self._loaded = Remembering(self._first_that_loads())
        return self._loaded

    def load_meanwhile(self) -> None:
        """Load it in a thread of its own, so that nobody waits for it later."""
        if self._loaded is None:
            threading.Thread(target=self.load, name="encoder", daemon=True).start()

    def _first_that_loads(self) -> Encoder:
        for make in self._wanted():
            try:
                return make()
            except Exception as broken:  # whatever a third party's files do, a retro must go on
                self.refusals.append(_why(broken))
                log.warning("encoder_not_loaded", setting=self.setting, why=_why(broken))
        return HashedWords()

    def _wanted(self) -> list[Callable[[], Encoder]]:
        """What is tried, best first. `auto` is the best whose packages are here."""
        if self.setting == WORDS:
            return []
        if self.setting == LIGHT or (self.setting == AUTO and not weights.has_mini_lm()):
            return [light]
        if self.setting in (TRIO, AUTO):
            return [trio, light]
        return [lambda: weights.from_folder(Path(self.setting)), light]


def light() -> Encoder:
    """Sentence encoder and word vectors, half and half: about 3 ms a text."""
    return weights.CombinedEncoder(LIGHT, [(weights.UniversalSentenceEncoder(), 1.0), (weights.WordLlama(), 1.0)])


def trio() -> Encoder:
    """The light one and a small transformer that counts as much as both: a little better, three times slower."""
    parts: list[tuple[Encoder, float]]
    parts = [(weights.UniversalSentenceEncoder(), 1.0), (weights.WordLlama(), 1.0), (weights.mini_lm(), 2.0)]
    return weights.CombinedEncoder(TRIO, parts)


_chosen: dict[str, ChosenEncoder] = {}
_choosing = threading.Lock()


def chosen(setting: str) -> ChosenEncoder:
    """The encoder for a setting: one in a process, whoever asks."""
    with _choosing:
        return _chosen.setdefault(setting, ChosenEncoder(setting))


def _why(broken: Exception) -> str:
    if isinstance(broken, weights.WeightsMissing):
        return str(broken)
    if isinstance(broken, ModuleNotFoundError):
        return f"The package {broken.name} is not installed."
    return f"It could not be loaded ({type(broken).__name__})."
