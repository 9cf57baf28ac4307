"""Who of several processes sends for an endpoint."""

from collections import Counter

from bot.outbox.endpoint_shares import EndpointShares

ENDPOINTS = range(1, 3_001)


def owners(senders: list[str]) -> dict[int, str]:
    """Of each endpoint; exactly one says that it is."""
    found: dict[int, str] = {}
    for sender in senders:
        shares = EndpointShares()
        shares.divide(sender, senders)
        for endpoint_id in filter(shares.mine, ENDPOINTS):
            assert endpoint_id not in found
            found[endpoint_id] = sender
    assert len(found) == len(ENDPOINTS)
    return found


def test_alone_it_has_all_and_beside_others_none_that_it_does_not_send_for() -> None:
    shares = EndpointShares()
    assert all(map(shares.mine, ENDPOINTS))
    assert shares.divide("a", ["a"])
    assert not shares.divide("a", ["a"])
    assert all(map(shares.mine, ENDPOINTS))
    assert shares.divide("a", ["b", "c"])
    assert not any(map(shares.mine, ENDPOINTS))
    assert shares.divide("", [])
    assert not any(map(shares.mine, ENDPOINTS))


def test_the_shares_are_alike_and_a_newcomer_moves_only_its_own() -> None:
    three, four = owners(["a", "b", "c"]), owners(["a", "b", "c", "d"])
    assert min(Counter(three.values()).values()) > 850
    moved = [one for one in ENDPOINTS if three[one] != four[one]]
    assert {four[one] for one in moved} == {"d"}
    assert 600 < len(moved) < 900
