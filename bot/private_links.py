"""Private links: what they say is signed, so that nobody can make one or change one."""

import hashlib
from collections.abc import Sequence

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from bot.errors import UserError
from bot.texts import _

LONGEST = 256  # characters; ours have about 120


class LinkForged(UserError):
    """Not a link of ours, or a part of it is missing."""


class LinkExpired(UserError):
    """A link of ours whose time is over."""


class PrivateLinks:
    """Links to pages under `path`, each of a few numbers.

    Signs with the first of `keys`, knows any of them; they are derived for `purpose`.
    """

    def __init__(
        self, keys: Sequence[bytes], public_url: str | None, *, purpose: str, path: str
    ) -> None:
        self._public_url = public_url
        self._path = path
        self._serializer = URLSafeSerializer(
            list(reversed(keys)),  # the library signs with the last
            salt=purpose,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    @property
    def has_address(self) -> bool:
        """Whether there is a public one under which pages are reached."""
        return self._public_url is not None

    def url(self, *numbers: int) -> str | None:
        """The address of the page; None where there is no public one."""
        if self._public_url is None:
            return None
        return f"{self._public_url.rstrip('/')}/{self._path}/{self.token(*numbers)}"

    def token(self, *numbers: int) -> str:
        """The part of the address that says everything."""
        return str(self._serializer.dumps(numbers))

    def read(self, token: str) -> list[int]:
        """What a link stands for; LinkForged where it is none of ours."""
        if not token.isascii() or len(token) > LONGEST:
            raise _forged()
        try:
            numbers = self._serializer.loads(token)
            is_as_written = _is_as_written(token)
        except BadData:
            raise _forged() from None
        if not is_as_written:
            raise _forged()
        return list(numbers)


def _is_as_written(token: str) -> bool:
    """Whether a signature that fits is spelled as we spell it.

    Base64 skips what is not of its alphabet, and the last bits of a signature mean nothing: else
    each link had endlessly many spellings, each with a rate limit of its own.
    """
    signature = token.rpartition(".")[2].encode()
    return base64_encode(base64_decode(signature)) == signature


def _forged() -> LinkForged:
    return LinkForged(_("This link does not work. Take all of it from the message of the bot."))
