"""Settings that cannot be are refused before anything starts, in a sentence that tells no value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.core.config import Settings, WrongSettings, read_settings, unknown_names

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [name for name in os.environ if name.upper().startswith("FENCEPOST_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings) as caught:
        read_settings()
    return str(caught.value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("FENCEPOST_PUBLIC_URI", "FENCEPOST_PUBLIC_URL"),
        ("FENCEPOST_SMTP_PASSWRD", "FENCEPOST_SMTP_PASSWORD"),
        ("fencepost_datadir", "FENCEPOST_DATA_DIR"),
        ("FENCEPOST_RETENTION", "FENCEPOST_RETENTION_MONTHS"),
        ("FENCEPOST_DB_URL", "FENCEPOST_DATABASE_URL"),
    ],
)
def test_a_misspelt_setting_is_refused_and_the_nearest_is_said(
    typed: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = refused(monkeypatch, typed, "secret value")
    assert f"{typed.upper()} is no setting of Fencepost. Did you mean {meant}?" in said
    assert "secret value" not in said


def test_the_file_beside_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FENCEPOST_POORT=8000\nOTHER=1\n")
    with pytest.raises(WrongSettings, match="Did you mean FENCEPOST_PORT"):
        read_settings()
    (tmp_path / ".env").write_bytes(b"FENCEPOST_HOST=\xff\xfe")
    with pytest.raises(WrongSettings, match="UTF-8"):
        read_settings()


def test_every_wrong_one_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENCEPOST_PORT", "eighty")
    said = refused(monkeypatch, "FENCEPOST_SMTP_SECURITY", "ssl")
    assert len(said.splitlines()) == 2
    assert "FENCEPOST_PORT" in said
    assert "'starttls'" in said
    assert "eighty" not in said


def test_an_empty_one_is_as_if_it_were_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"FENCEPOST_{name.upper()}", "")
    assert read_settings() == Settings(_env_file=None)  # type: ignore[call-arg]


def test_what_steers_the_tests_is_no_misspelt_setting() -> None:
    """Commands that tests start in their own process must not refuse to run."""
    read, set_for = r'environ(?:\.get)?[\[(]"(FENCEPOST_[A-Z_]+)"', r"(FENCEPOST_[A-Z_]+)="
    named = {name for file in ROOT.glob("tests/**/*.py") for name in re.findall(read, file.read_text())}
    named |= set(re.findall(set_for, (ROOT / ".ci" / "run").read_text()))
    assert {"FENCEPOST_SHORT", "FENCEPOST_REQUIRE_POSTGRES"} <= named
    assert unknown_names(named) == []


class TestTheAddressThatPeopleUse:
    @pytest.mark.parametrize(
        ("typed", "used"),
        [
            ("https://retro.example.org", "https://retro.example.org"),
            (" HTTPS://Retro.Example.org:443/ ", "https://retro.example.org"),
            ("http://10.0.0.7:8000", "http://10.0.0.7:8000"),
            ("http://[fd00::1]:80", "http://[fd00::1]"),
            ("https://rückblick.example", "https://xn--rckblick-65a.example"),
        ],
    )
    def test_it_is_kept_as_browsers_write_it(self, typed: str, used: str) -> None:
        """Forms are taken from this very origin: a capital letter once shut everybody out."""
        assert Settings(public_url=typed).public_url == used

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("retro.example.org", "must begin with https:// or http://"),
            ("retro.example.org:8000", "must begin with https:// or http://"),
            ("//retro.example.org", "must begin with https:// or http://"),
            ("ftp://retro.example.org", "must begin with https:// or http://"),
            ("https://", "needs the name of a host"),
            ("https:///retro", "needs the name of a host"),
            ("https://me:pass@retro.example.org", "needs the name of a host"),
            ("https://retro example.org", "needs the name of a host"),
            ("https://intranet.example.org/fencepost", "cannot be served below a path yet"),
            ("https://intranet.example.org//", None),
            ("https://retro.example.org/?from=mail", "must end after the host"),
            ("https://retro.example.org#top", "must end after the host"),
            ("https://retro.example.org:80000", "is no address"),
            ("https://[fd00::1", "is no address"),
        ],
    )
    def test_a_path_or_a_missing_scheme_is_refused(
        self, typed: str, said: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if said is None:
            assert Settings(public_url=typed).public_url == "https://intranet.example.org"
            return
        words = refused(monkeypatch, "FENCEPOST_PUBLIC_URL", typed)
        assert words.startswith("FENCEPOST_PUBLIC_URL: ")
        assert said in words
        assert "pass@" not in words


class TestTheAddressOfTheDatabase:
    def test_what_some_hosts_hand_out_is_understood(self) -> None:
        assert Settings(database_url="postgres://a:b@c/d").url == "postgresql://a:b@c/d"

    @pytest.mark.parametrize(
        "typed", ["mysql://root:hunter2@db/x", "fencepost.db", "postgresql+asyncpg://a:hunter2@c/d"]
    )
    def test_another_kind_is_refused_without_repeating_a_password(
        self, typed: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = refused(monkeypatch, "FENCEPOST_DATABASE_URL", typed)
        assert "postgresql://fencepost@localhost/fencepost" in said
        assert "hunter2" not in said


def test_an_error_of_pydantic_tells_no_value_either() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(database_url="mysql://root:hunter2@db/x")
    assert "hunter2" not in str(caught.value)
