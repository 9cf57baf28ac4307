"""Verification of a performance: what was owed, against what the receiver accepted."""

from collections import Counter
from collections.abc import Sequence

from bot.demo.queries import ShownDelivery
from bot.demo.stage import Stage
from bot.demo.summary import summary
from bot.outbox.tables import DeliveryState


def faults(stage: Stage, deliveries: Sequence[ShownDelivery], expected: Counter[str]) -> list[str]:
    """Everything that is not as it must be, in words; nothing where all is well."""
    receiver = stage.receiver
    ours = [one for one in deliveries if receiver.is_at(one.url)]
    stored = Counter(one.event_type for one in ours)
    found = [
        f"{name}: {expected[name]} expected, {stored[name]} recorded"
        for name in sorted(expected.keys() | stored.keys())
        if expected[name] != stored[name]
    ]
    accepted = {receipt.key for receipt in receiver.receipts if receipt.accepted}
    owed = {one.key: one for one in ours}
    found += [
        f"delivery {one.id} ({one.event_type}) was not received with a valid signature"
        for key, one in owed.items()
        if key not in accepted
    ]
    found += [f"delivery {key} was received, yet never owed" for key in accepted - owed.keys()]
    found += [
        f"delivery {one.id} ({one.event_type}) to “{one.endpoint_name}” is {one.word}"
        for one in deliveries
        if one.state is not DeliveryState.DELIVERED
    ]
    found += [
        f"a request for {one.event_type or 'nothing known'}: {one.fault or '; '.join(one.broken)}"
        for one in receiver.receipts
        if not one.verified
    ]
    found += [f"the bot raised {error!r}" for error in stage.env.errors]
    return found


def untold(deliveries: Sequence[ShownDelivery], promised: Sequence[str]) -> list[str]:
    """The promised words that no event says."""
    told = [summary(one.body) for one in deliveries]
    return [
        f"no event says “{words}”"
        for words in promised
        if not any(words in sentence for sentence in told)
    ]


def tally(stage: Stage, deliveries: Sequence[ShownDelivery], failed: int) -> str:
    """The last line."""
    events = len({one.event_id for one in deliveries})
    verified = stage.receiver.tally.verified
    return (
        f"{events} events, {len(deliveries)} deliveries, "
        f"{verified} signatures verified, {failed} failed"
    )
