"""Keys for one purpose each, made of the key file's: whoever learns one learns no other."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LENGTH = 32  # bytes


def derive(keys: Sequence[str], purpose: str) -> list[bytes]:
    """One for each of `keys`, in their order (source: RFC 5869, with the purpose as info)."""
    return [
        HKDF(SHA256(), LENGTH, salt=None, info=purpose.encode()).derive(key.encode())
        for key in keys
    ]
