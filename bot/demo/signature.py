"""Signature as a receiver checks it, from published rules alone, with nothing of the sender's."""

from collections.abc import Iterable

from bot.demo.contracts import CONTRACTS, Contract, Headers, read_envelope


def contract_of(headers: Headers) -> Contract | None:
    """The dialect that a request is written in, told by its signature's header."""
    return next((one for one in CONTRACTS if headers.get(one.signature) is not None), None)


def fault_in_signature(
    headers: Headers, body: bytes, *, secrets: Iterable[str], now: int
) -> str | None:
    """Why the signature does not hold, or None where it does; `now` in Unix seconds."""
    contract = contract_of(headers)
    if contract is None:
        names = ", ".join(one.signature for one in CONTRACTS)
        return f"there is no header with a signature; known are {names}"
    return contract.fault(headers, body, secrets, now)


def faults_in_envelope(headers: Headers, body: bytes) -> list[str]:
    """Every promise about body and headers that this request breaks."""
    envelope = read_envelope(body)
    if envelope is None:
        return ["the body is not a JSON object"]
    contract = contract_of(headers) or CONTRACTS[0]
    promises = contract.promises(headers, envelope)
    promises["Content-Type is not application/json"] = (
        headers.get("Content-Type") == "application/json"
    )
    return [fault for fault, kept in promises.items() if not kept]


def id_of(headers: Headers) -> str:
    """What tells this delivery from another; empty where nothing does."""
    contract = contract_of(headers) or CONTRACTS[0]
    return headers.get(contract.id, "")


def type_of(headers: Headers, body: bytes) -> str:
    """The event's name as the dialect spells it; empty where it is not told."""
    contract = contract_of(headers) or CONTRACTS[0]
    return contract.type(headers, read_envelope(body) or {})
