"""Proxied attempts that failed: whether the proxy did, and in words for who cannot mend it."""

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorSSLError,
    ClientHttpProxyError,
)

from bot import kept_texts as kept
from bot.delivery.answer_protocol import AnswerProtocol
from bot.delivery.connector import ProxyStage
from bot.delivery.failures import Deadlines, failure, unconnected, within
from bot.delivery.reach import CERTIFICATES, is_mute
from bot.dialects.base import Reach

PROXY = "proxy"
FAULTS = range(500, 600)  # what a proxy says that did not get to where it was asked to go


def proxied_failure(
    error: Exception, protocol: AnswerProtocol | None, deadlines: Deadlines, stage: ProxyStage
) -> tuple[str, str]:
    """The class and the words; no word of the proxy's own is among them, nor its address."""
    if stage is ProxyStage.TUNNEL:
        kind, detail = failure(error, protocol, deadlines, is_tls=True)
        begun = protocol is not None and protocol.exchanges
        return kind, detail if begun else kept.BY_PROXY.format(why=detail)
    return PROXY, _words(error, protocol, deadlines, stage)


def proxied_reach(error: Exception, protocol: AnswerProtocol | None, stage: ProxyStage) -> Reach:
    """How far a proxied attempt came.

    What a proxy lets through proves nothing before TLS is agreed on: it may be its own.
    """
    if stage is not ProxyStage.TUNNEL:
        told = error.status if isinstance(error, ClientHttpProxyError) else 0
        return Reach.PROXY if told in FAULTS and told not in kept.PROXY_REFUSALS else Reach.OURS
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
        usual = kept.PROXY_FAULT if error.status in FAULTS else kept.PROXY_REFUSED
        return kept.PROXY_REFUSALS.get(error.status, usual.format(status=error.status))
    if isinstance(error, TimeoutError):
        asked = stage is ProxyStage.CONNECT
        text = kept.PROXY_MUTE if asked else kept.PROXY_AWAY
        return within(text, deadlines.connect)
    if stage is ProxyStage.CONNECT:
        return kept.PROXY_NOT_HTTP if _spoke(protocol) else kept.PROXY_CLOSED
    if isinstance(error, ClientConnectorDNSError):
        return kept.PROXY_NAMELESS
    if isinstance(error, ClientConnectorCertificateError | ClientConnectorSSLError):
        return kept.PROXY_UNTRUSTED.format(why=unconnected(error, stalled=True)[1])
    return kept.PROXY_UNREACHABLE


def _spoke(protocol: AnswerProtocol | None) -> bool:
    return protocol is not None and protocol.received > 0
