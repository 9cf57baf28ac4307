"""Seeds of a round: what is committed before it, and the stream of numbers that follows from them.

The server's seed is 32 random bytes, of which people see the SHA-256 before they stake anything,
and all of it afterwards. The numbers of a round are made of it, of the person's own seed and of
the round's number: HMAC-SHA256, its key the server's seed, of `own seed:round:0`, then of
`own seed:round:1`, and so on, read as unsigned 32-bit words, the high byte first. A number below n
is the next word modulo n; a word from the last, incomplete n-fold of 2³² is passed over, so that
each number is as likely as any other. docs/casino.md has the same as a program.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

SEED_BYTES = 32
OWN_SEED_LIMIT = 32  # characters

_WORD = 4  # bytes
_WORDS = 1 << (8 * _WORD)
_OWN_SEED = re.compile(rf"[A-Za-z0-9_-]{{1,{OWN_SEED_LIMIT}}}")


def new_seed() -> bytes:
    """Seed of a round that is still to come."""
    return secrets.token_bytes(SEED_BYTES)


def commitment(seed: bytes) -> str:
    """What is shown of a seed before the round: 64 hexadecimal digits."""
    return hashlib.sha256(seed).hexdigest()


def is_own_seed(text: str) -> bool:
    """Whether it may be a person's own seed; a colon in it could make two rounds alike."""
    return _OWN_SEED.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class RoundSeeds:
    """Everything that the numbers of one round follow from."""

    seed: bytes = field(repr=False)
    own_seed: str
    number: int

    def stream(self) -> "SeedStream":
        """Its numbers, from the first on."""
        return SeedStream(self)


class SeedStream:
    """Numbers of one round, each as likely as any other."""

    def __init__(self, seeds: RoundSeeds) -> None:
        self._seed = seeds.seed
        self._prefix = f"{seeds.own_seed}:{seeds.number}:"
        self._block = 0
        self._left = b""

    def below(self, limit: int) -> int:
        """The next number from 0 to `limit` - 1."""
        whole = _WORDS - _WORDS % limit
        while (word := self._next()) >= whole:
            pass
        return word % limit

    def _next(self) -> int:
        if not self._left:
            message = f"{self._prefix}{self._block}".encode()
            self._left = hmac.digest(self._seed, message, "sha256")
            self._block += 1
        word, self._left = self._left[:_WORD], self._left[_WORD:]
        return int.from_bytes(word, "big")
