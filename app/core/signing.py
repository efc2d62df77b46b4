"""Signs what goes out in links and comes back: with a key in a file outside the database, so that who reads a backup
can forge nothing. Knows nothing of what it signs."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import Session

from app.core.db import Database

KEY_BYTES = 32


class SigningKey:
    """`<folder>/signing.secret`, made when it is first needed; several processes find the same one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key: bytes | None = None

    def sign(self, purpose: str, what: Any) -> str:
        """`what` (JSON) as a URL-safe text that only this installation can make, for one purpose."""
        return str(self._serializer(purpose).dumps(what))

    def read(self, purpose: str, token: str) -> Any | None:
        """What was signed for this purpose, or None. Links of earlier releases (SHA-1) are still read: each says
        itself how long it works."""
        try:
            return self._serializer(purpose).loads(token)
        except (BadData, UnicodeError):
            return None

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._read(),
            salt=purpose,
            signer_kwargs={"digest_method": hashlib.sha256},
            fallback_signers=[{"digest_method": hashlib.sha1}],
        )

    def secret(self, name: str) -> bytes:
        """32 bytes that belong to `name`: the same each time, and kept nowhere."""
        return hmac.new(self._read(), name.encode(), hashlib.sha256).digest()

    def _read(self) -> bytes:
        if self._key is None:
            self._key = self._made()
        return self._key

    def _made(self) -> bytes:
        path = self.folder / "signing.secret"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"signing.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # all of it or nothing, and never over another's
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_bytes()


def signing_key_of(db: Session | Database) -> SigningKey:
    """The key that belongs to this database."""
    key: SigningKey = db.info["signing_key"]
    return key
