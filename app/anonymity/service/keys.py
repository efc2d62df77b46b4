"""Keeps the keys of open retros in a folder outside the database, and destroys them at close.

A key file is all that opens what seats wrote while the retro was open; once it is gone, it is gone for everybody.
"""

import os
import secrets
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

KEY_BYTES = 32


class KeyIsGone(Exception):
    """The retro was closed, or the secrets folder was lost: what was sealed cannot be opened again."""


class KeyStore:
    """One file for each open retro: `<folder>/<retro id>.key`, readable by the server alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, retro_id: UUID) -> bytes:
        """The retro's key, made if there is none yet."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(self._path(retro_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self.get(retro_id)
        with os.fdopen(descriptor, "wb") as file:
            key = secrets.token_bytes(KEY_BYTES)
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        return key

    def get(self, retro_id: UUID) -> bytes:
        """32 bytes; raises `KeyIsGone`."""
        try:
            key = self._path(retro_id).read_bytes()
        except FileNotFoundError as missing:
            raise KeyIsGone(f"no key for retro {retro_id}") from missing
        if len(key) != KEY_BYTES:
            raise KeyIsGone(f"the key of retro {retro_id} is damaged")
        return key

    def exists(self, retro_id: UUID) -> bool:
        return self._path(retro_id).exists()

    def destroy(self, retro_id: UUID) -> None:
        """Overwrites, then removes the file; doing it twice is no error."""
        path = self._path(retro_id)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return

    def _path(self, retro_id: UUID) -> Path:
        return self.folder / f"{retro_id.hex}.key"


def keys_of(db: Session) -> KeyStore:
    """The key store that belongs to this database."""
    keys: KeyStore = db.info["keys"]
    return keys
