"""Where this installation keeps its things and how it is reached; read from the environment and `.env`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting has the environment name `FENCEPOST_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="FENCEPOST_", env_file=".env", extra="ignore")

    data_dir: Path = Field(default=Path("fencepost-data"), description="Folder of the database and the secrets.")
    database_url: str | None = Field(default=None, description="postgresql://... ; else SQLite in the data folder.")
    secrets_dir: Path | None = Field(default=None, description="Keys of open retros; never in a backup.")
    public_url: str | None = Field(default=None, description="The address that phones reach.")
    host: str = "127.0.0.1"
    port: int = 8000
    forwarded_allow_ips: str = Field(default="127.0.0.1", description="Proxies whose X-Forwarded headers count.")
    max_body_bytes: int = 64 * 1024
    max_upload_bytes: int = Field(default=4 * 1024 * 1024, description="A file of past retros handed in at the desk.")
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_security: Literal["none", "starttls", "tls"] = "none"
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
    stream_seconds: int = Field(default=600, description="A live stream ends after this and is opened again.")
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
