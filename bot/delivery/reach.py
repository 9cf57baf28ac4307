"""Reach of an attempt that failed: what came back, and what this machine lacks."""

import errno
import os
import ssl as tls
from collections.abc import Iterator
from pathlib import Path

from aiohttp import ClientConnectorCertificateError

from bot.delivery.answer_protocol import AnswerProtocol
from bot.dialects.base import Reach

LACKING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})
CAME_BACK = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE})
NEVER_CAME = frozenset(
    {errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
)
# By OpenSSL's numbers (x509_vfy.h). A root that is sent along and not known here is number 19.
CERTIFICATES = {
    9: Reach.WRONG_TIME,
    10: Reach.WRONG_TIME,
    19: Reach.UNKNOWN_AUTHORITY,
    20: Reach.UNKNOWN_AUTHORITY,
    21: Reach.UNKNOWN_AUTHORITY,
    62: Reach.TRUSTED,  # the name alone is wrong
    64: Reach.TRUSTED,
}


def reach_of(
    error: Exception, protocol: AnswerProtocol | None, kind: str, *, is_tls: bool
) -> Reach:
    """How far an attempt came that ended in this error of that kind; `protocol` as for a failure.

    A connection that was kept from an earlier request proves nothing until something comes back.
    """
    numbers = {one.errno for one in _causes(error) if isinstance(one, OSError)}
    if numbers & LACKING or (kind == "dns" and is_out_of_files()):
        return Reach.OURS
    if isinstance(error, ClientConnectorCertificateError):
        return CERTIFICATES.get(getattr(error.certificate_error, "verify_code", 0), Reach.NETWORK)
    if protocol is None:
        return Reach.NETWORK if numbers & CAME_BACK else Reach.NOWHERE
    if protocol.exchanges > 1 and not protocol.received and is_mute(error):
        return Reach.NOWHERE
    return Reach.TRUSTED if is_tls and protocol.exchanges else Reach.NETWORK


def is_mute(error: Exception) -> bool:
    """Whether it ended by nothing that came."""
    numbers = {one.errno for one in _causes(error) if isinstance(one, OSError)}
    return isinstance(error, TimeoutError) or bool(numbers & NEVER_CAME)


def is_out_of_files() -> bool:
    """Whether this process can open nothing more; a resolver says only that it found nothing."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno in LACKING
    return False


def has_authorities(context: tls.SSLContext | None) -> bool:
    """Whether there is anybody whom a context trusts; without one, whom the machine does."""
    if context is not None:
        return bool(context.cert_store_stats()["x509_ca"])
    paths = tls.get_default_verify_paths()  # what is not there is None
    if paths.cafile and Path(paths.cafile).stat().st_size:
        return True
    return bool(paths.capath) and any(Path(paths.capath).iterdir())


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error with what it wraps."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        wrapped = getattr(seen, "os_error", None)
        if isinstance(wrapped, BaseException) and wrapped is not seen:
            yield wrapped
        seen = seen.__cause__ or seen.__context__
