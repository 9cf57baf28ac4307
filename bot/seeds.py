"""Seeds of games: what is committed beforehand, and the stream of numbers that follows from it.

The bot's seed is 32 random bytes, of which people see the SHA-256 before they stake anything, and
all of it afterwards. The numbers of a round are made of it, of a name that is known beforehand and
of the round's number: HMAC-SHA256, its key the seed, of `name:round:0`, then of `name:round:1`,
and so on, read as unsigned 32-bit words, the high byte first. A number below n is the next word
modulo n; a word from the last, incomplete n-fold of 2³² is passed over, so that each number is as
likely as any other. docs/casino.md and docs/duels.md have the same as programs.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

SEED_BYTES = 32

_WORD = 4  # bytes
_WORDS = 1 << (8 * _WORD)


def new_seed() -> bytes:
    """Seed of what is still to come."""
    return secrets.token_bytes(SEED_BYTES)


def commitment(seed: bytes) -> str:
    """What is shown of a seed beforehand: 64 hexadecimal digits."""
    return hashlib.sha256(seed).hexdigest()


@dataclass(frozen=True, slots=True)
class RoundSeeds:
    """Everything that the numbers of one round follow from.

    `name` is a casino player's own seed, or a duel's number; it holds no colon.
    """

    seed: bytes = field(repr=False)
    name: str
    number: int

    def stream(self) -> "SeedStream":
        """Its numbers, from the first on."""
        return SeedStream(self)


class SeedStream:
    """Numbers of one round, each as likely as any other."""

    def __init__(self, seeds: RoundSeeds) -> None:
        self._seed = seeds.seed
        self._prefix = f"{seeds.name}:{seeds.number}:"
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
