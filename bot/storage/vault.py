"""Vault of secrets at rest: Fernet of the `cryptography` package, keys in a file of their own."""

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import ConfigError


class Vault:
    """Seals with the first key, opens with any; so a key is changed by writing a new one on top."""

    def __init__(self, keys: list[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise ConfigError(
                "secrets.key",
                "a key is 44 characters of url-safe base64, as `herald new-key` prints",
            ) from None

    def seal(self, secret: str) -> bytes:
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """The secret; a ConfigError where no key at hand opens it."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise ConfigError(
                "secrets.key_file",
                "none of its keys opens the stored webhook secrets; put the key file that belongs "
                "to this database back in place",
            ) from None

    def opens(self, sealed: bytes) -> bool:
        """Whether a key at hand opens it."""
        try:
            self._fernet.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def reseal(self, sealed: bytes) -> bytes:
        """The same secret under the first key; as it is where no key opens it."""
        return self._fernet.rotate(sealed) if self.opens(sealed) else sealed


def new_key() -> str:
    """A fresh key, in the form the key file and the environment take."""
    return Fernet.generate_key().decode()


def load_keys(key: str | None, key_file: Path, *, may_create: bool) -> list[str]:
    """Keys from the setting or else from the file, one a line, newest first.

    `may_create` makes a 0600 file where there is none: only for a database without secrets.
    """
    if key:
        return [part for part in key.split(",") if part]
    try:
        lines = key_file.read_text(encoding="utf-8").split()
    except FileNotFoundError:
        if not may_create:
            raise ConfigError(
                "secrets.key_file",
                f"{key_file} is missing, yet the database holds secrets sealed with it; "
                "put it back from your backup, or set HERALD_SECRETS__KEY",
            ) from None
        return [_create(key_file)]
    except OSError as error:
        raise ConfigError(
            "secrets.key_file", f"cannot read {key_file} ({error.strerror})"
        ) from None
    if not lines:
        raise ConfigError("secrets.key_file", f"{key_file} is empty; put your key back into it")
    return lines


def _create(key_file: Path) -> str:
    key = new_key()
    try:
        key_file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ConfigError(
            "secrets.key_file",
            f"cannot create {key_file} ({error.strerror}); name a writable place",
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(key + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    return key


LENGTH = 32  # bytes


def derive(keys: Sequence[str], purpose: str) -> list[bytes]:
    """One for each of `keys`, in their order (source: RFC 5869, with the purpose as info)."""
    return [
        HKDF(SHA256(), LENGTH, salt=None, info=purpose.encode()).derive(key.encode())
        for key in keys
    ]
