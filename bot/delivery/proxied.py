"""Proxied attempts that failed: whether the proxy did, and in words for who cannot mend it."""

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorSSLError,
    ClientHttpProxyError,
)

from bot.delivery.answer_protocol import AnswerProtocol
from bot.delivery.connector import ProxyStage
from bot.delivery.failures import Deadlines, failure, unconnected
from bot.delivery.reach import CERTIFICATES, is_mute
from bot.dialects.base import Reach

PROXY = "proxy"
FAULTS = range(500, 600)  # what a proxy says that did not get to where it was asked to go
REFUSED = {
    403: "does not let Herald go there (403)",
    407: "wants a user and a password, or others than it was given (407)",
    405: "makes no connections for others (405)",
    501: "makes no connections for others (501)",
}


def proxied_failure(
    error: Exception, protocol: AnswerProtocol | None, deadlines: Deadlines, stage: ProxyStage
) -> tuple[str, str]:
    """The class and the words; no word of the proxy's own is among them, nor its address."""
    if stage is ProxyStage.TUNNEL:
        kind, detail = failure(error, protocol, deadlines, is_tls=True)
        begun = protocol is not None and protocol.exchanges
        return kind, detail if begun else f"{detail} (by way of Herald's proxy)"
    return PROXY, f"Herald's own proxy {_words(error, protocol, deadlines, stage)}"


def proxied_reach(error: Exception, protocol: AnswerProtocol | None, stage: ProxyStage) -> Reach:
    """How far a proxied attempt came.

    What a proxy lets through proves nothing before TLS is agreed on: it may be its own.
    """
    if stage is not ProxyStage.TUNNEL:
        told = error.status if isinstance(error, ClientHttpProxyError) else 0
        return Reach.PROXY if told in FAULTS and told not in REFUSED else Reach.OURS
    if isinstance(error, ClientConnectorCertificateError):
        code = getattr(error.certificate_error, "verify_code", 0)
        found = CERTIFICATES.get(code)
        return Reach.WRONG_TIME if found is Reach.WRONG_TIME else Reach.PROXY
    if protocol is None or not protocol.exchanges:
        return Reach.PROXY
    if protocol.exchanges > 1 and not protocol.received and is_mute(error):
        return Reach.PROXY
    return Reach.TRUSTED


def _words(
    error: Exception, protocol: AnswerProtocol | None, deadlines: Deadlines, stage: ProxyStage
) -> str:
    if isinstance(error, ClientHttpProxyError):
        usual = "did not get there" if error.status in FAULTS else "refused the connection"
        return REFUSED.get(error.status, f"{usual} ({error.status})")
    if isinstance(error, TimeoutError):
        asked = stage is ProxyStage.CONNECT
        what = "gave no answer" if asked else "took no connection"
        return f"{what} within {deadlines.connect:g} s"
    if stage is ProxyStage.CONNECT:
        return "gave no answer that is one of HTTP" if _spoke(protocol) else "hung up"
    if isinstance(error, ClientConnectorDNSError):
        return "has a name that leads nowhere"
    if isinstance(error, ClientConnectorCertificateError | ClientConnectorSSLError):
        return f"is not to be trusted ({unconnected(error, stalled=True)[1]})"
    return "cannot be reached"


def _spoke(protocol: AnswerProtocol | None) -> bool:
    return protocol is not None and protocol.received > 0
