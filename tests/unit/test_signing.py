"""The key that signs links: made once, by whoever comes first, and of no concern to the keys of retros beside it."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from itsdangerous import URLSafeSerializer

from app.core.db import Database
from app.core.signing import SigningKey
from app.retros import jobs
from tests.conftest import NOON


def test_what_is_signed_comes_back_only_for_its_purpose_and_unchanged(tmp_path: Path) -> None:
    key = SigningKey(tmp_path)
    token = key.sign("one purpose", ["a", 1])
    assert SigningKey(tmp_path).read("one purpose", token) == ["a", 1], "another process reads it too"
    assert key.read("another", token) is None
    assert key.read("one purpose", token[:-2] + "xx") is None
    assert key.read("one purpose", "") is None
    assert key.read("one purpose", "\ud800") is None
    assert SigningKey(tmp_path / "elsewhere").read("one purpose", token) is None


def test_a_secret_belongs_to_its_name(tmp_path: Path) -> None:
    key = SigningKey(tmp_path)
    assert key.secret("a") == SigningKey(tmp_path).secret("a") != key.secret("b")
    assert len(key.secret("a")) == 32


def test_of_many_that_start_at_once_all_find_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        secrets = set(threads.map(lambda _: SigningKey(tmp_path).secret("x"), range(32)))
    assert len(secrets) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["signing.secret"], "nothing half-made is left"
    assert (tmp_path / "signing.secret").stat().st_mode & 0o077 == 0, "readable by the server alone"


def test_the_keys_of_retros_beside_it_are_still_looked_after(house: Database) -> None:
    house.info["signing_key"].sign("x", 1)
    jobs.run_due(house, NOON)


def test_links_are_signed_by_sha_256_and_those_of_earlier_releases_are_still_read(tmp_path: Path) -> None:
    key = SigningKey(tmp_path)
    known = key.sign("one-click", ["a", 1])
    raw = (tmp_path / "signing.secret").read_bytes()
    only = URLSafeSerializer(raw, salt="one-click", signer_kwargs={"digest_method": hashlib.sha256})
    assert only.loads(known) == ["a", 1]
    old = URLSafeSerializer(raw, salt="one-click").dumps(["a", 1])
    assert old != known
    assert key.read("one-click", str(old)) == ["a", 1]
    assert key.read("another", str(old)) is None
