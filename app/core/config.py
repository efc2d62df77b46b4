"""Where this installation keeps its things and how it is reached; read from the environment and `.env`.

What is wrong there is refused before anything starts: a server that quietly runs with another setting than was meant
is found out by the people in the room.
"""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, FilePath, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core.addresses import database_address, public_address

PREFIX = "FENCEPOST_"
ENV_FILE = ".env"
_OF_THE_TESTS = (
    "REQUIRE_",
    "TEST_",
    "SHORT",
    "FULL",
    "EVERY_TEMPLATE",
    "CHROMIUM",
    "PICTURES",
    "SCREENSHOTS",
    "SEED",
)


class WrongSettings(Exception):
    """Says in a sentence each what is wrong, and never a value: it may be a password."""


class Settings(BaseSettings):
    """Every setting has the environment name `FENCEPOST_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(default=Path("fencepost-data"), description="Folder of the database and the secrets.")
    database_url: str | None = Field(default=None, description="postgresql://... ; else SQLite in the data folder.")
    secrets_dir: Path | None = Field(default=None, description="Keys of open retros; never in a backup.")
    public_url: str | None = Field(default=None, description="The address that phones reach.")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    forwarded_allow_ips: str = Field(default="127.0.0.1", description="Proxies whose X-Forwarded headers count.")
    max_body_bytes: int = Field(default=64 * 1024, ge=1024)
    max_upload_bytes: int = Field(
        default=4 * 1024 * 1024, ge=1024, description="A file of past retros handed in at the desk."
    )
    smtp_host: str | None = None
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_ca: FilePath | None = Field(
        default=None,
        description="Certificates (PEM) of your own authority that vouches for the mail server.",
    )
    mail_from: str = "fencepost@localhost"
    webhook_allow: str = Field(
        default="", description="Names and networks (commas between) inside, which webhooks may call, also by http."
    )
    encoder: str = Field(
        default="auto",
        description="What compares texts: auto (the best that is installed), light, trio, words, or a folder.",
    )
    retention_months: int | None = Field(
        default=None,
        ge=1,
        description="Erase what people wrote in retros that were closed so many months ago; unset: keep it.",
    )
    run_jobs: bool = Field(default=True, description="Run due work inside the server (else `fencepost worker`).")
    stream_seconds: int = Field(default=600, ge=1, description="A live stream ends after this and is opened again.")
    log_json: bool = False

    @property
    def url(self) -> str:
        """SQLAlchemy address of the database."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.data_dir / 'fencepost.db').resolve()}"

    @property
    def keys_dir(self) -> Path:
        """Folder of the keys of open retros, outside the database and its backups."""
        return self.secrets_dir or self.data_dir / "secrets"

    _public_url = field_validator("public_url")(public_address)
    _database_url = field_validator("database_url")(database_address)


def read_settings() -> Settings:
    """The settings of this process; raises WrongSettings."""
    try:
        written = dotenv_values(ENV_FILE, interpolate=False)
    except UnicodeDecodeError as error:
        raise WrongSettings(f"{ENV_FILE} is not written in UTF-8.") from error
    wrong = [_unknown(name) for name in unknown_names((*os.environ, *written))]
    if wrong:
        raise WrongSettings("\n".join(wrong))
    try:
        return Settings()
    except ValidationError as error:
        raise WrongSettings("\n".join(_invalid(str(one["loc"][0]), one["msg"]) for one in error.errors())) from None


def unknown_names(names: Iterable[str]) -> list[str]:
    """Those that are meant for Fencepost and are no setting of it: misspelt, or of another version."""
    ours = {name.upper() for name in names if name.upper().startswith(PREFIX)}
    unknown = {name.removeprefix(PREFIX) for name in ours} - _known_names()
    return sorted(f"{PREFIX}{name}" for name in unknown if not name.startswith(_OF_THE_TESTS))


def _known_names() -> set[str]:
    return {name.upper() for name in Settings.model_fields}


def _unknown(name: str) -> str:
    near = get_close_matches(name, [f"{PREFIX}{known}" for known in _known_names()], n=1, cutoff=0.0)
    return f"{name} is no setting of Fencepost. Did you mean {near[0]}? All of them are in app/DEPLOYMENT.md."


def _invalid(field: str, said: str) -> str:
    return f"{PREFIX}{field.upper()}: {said.removeprefix('Value error, ').rstrip('.')}."
