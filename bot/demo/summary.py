"""Summary of an event in one plain sentence, read from its body as any receiver could."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from bot.demo.contracts import read_envelope

EventData = Mapping[str, Any]


def summary(body: bytes) -> str:
    """What happened, in words; empty for an event that this page knows no words for."""
    envelope = read_envelope(body)
    if envelope is None or not isinstance(envelope.get("data"), dict):
        return ""
    data = cast("EventData", envelope["data"])
    sentence = SENTENCES.get(str(envelope.get("type")))
    return sentence(data) if sentence else ""


def _joined(data: EventData) -> str:
    invite = data.get("invite_code")
    return f"{data.get('username')} joined" + (f" through the invite {invite}" if invite else "")


def _left(data: EventData) -> str:
    if data.get("kind") != "kicked":
        return f"{data.get('username')} left"
    moderator = data.get("moderator_id")
    return f"{data.get('username')} was kicked" + (f" by {moderator}" if moderator else "")


def _banned(data: EventData) -> str:
    reason = data.get("reason")
    return f"{data.get('username')} was banned" + (f": {reason}" if reason else "")


def _case(data: EventData) -> str:
    reason = data.get("reason")
    what = f"Case {data.get('case_number')}: {data.get('type')} of {data.get('user_id')}"
    return what + (f", {reason}" if reason else "")


def _decided(data: EventData) -> str:
    lifted = ", and the punishment is lifted" if data.get("punishment_lifted") else ""
    return f"The appeal of {data.get('user_id')} was {data.get('decision')}{lifted}"


def _opened(data: EventData) -> str:
    return f"{data.get('opener_id')} opened {_ticket(data)}: {data.get('subject')}"


def _wrote(data: EventData) -> str:
    author = f"{data.get('author_id')} ({data.get('author_role')})"
    said = f"{author} wrote in {_ticket(data)}"
    content, files = data.get("content"), data.get("attachment_count")
    return said + (f": {content}" if content else "") + (_files(files) if files else "")


def _files(count: int) -> str:
    return " (1 file)" if count == 1 else f" ({count} files)"


def _closed(data: EventData) -> str:
    reason = data.get("close_reason")
    how = f"{_ticket(data).capitalize()} was closed ({data.get('close_source')})"
    return how + (f": {reason}" if reason else "")


def _balance(data: EventData) -> str:
    decimals = int(data.get("decimals", 0))
    delta, balance = (_amount(data.get(name, 0), decimals) for name in ("delta", "balance"))
    sign = "+" if int(data.get("delta", 0)) > 0 else ""
    reason = f": {data.get('reason')}" if data.get("reason") else ""
    return f"{data.get('user_id')} {sign}{delta}, has {balance} ({data.get('operation')}){reason}"


def _amount(amount: int, decimals: int) -> str:
    return f"{amount / 10**decimals:.{decimals}f}"


def _ended(data: EventData) -> str:
    return f"{_giveaway(data)} was drawn among {data.get('entry_count')}: {_winners(data)}"


def _winners(data: EventData) -> str:
    return ", ".join(map(str, data.get("winner_ids") or ())) or "nobody"


def _giveaway(data: EventData) -> str:
    return f"Giveaway {data.get('giveaway_id')}"


def _traded(data: EventData) -> str:
    sides = [data.get(good) or data.get(amount) for good, amount in TRADED]
    return f"{data.get('creator_id')} gave {sides[0]}, {data.get('counterparty_id')} {sides[1]}"


def _dueled(data: EventData) -> str:
    won = f"{data.get('winner_id')} won duel {data.get('duel_id')}"
    return f"{won} against {data.get('loser_id')}"


def _recognised(data: EventData) -> str:
    return f"{data.get('user_id')} has trust score {data.get('trust_score')}: {data.get('summary')}"


def _rose(data: EventData) -> str:
    levels = f"from level {data.get('old_level')} to level {data.get('new_level')}"
    return f"{data.get('user_id')} rose {levels}"


def _ticket(data: EventData) -> str:
    return f"ticket {data.get('number')}"


TRADED = (("good", "amount"), ("counter_good", "counter_amount"))


def _raided(data: EventData) -> str:
    joined = f"{data.get('joins_in_window')} joined within {data.get('window_seconds')} s"
    return f"Raid {data.get('raid_id')}: {joined}: {data.get('action_taken')}"


def _torn_down(data: EventData) -> str:
    done = f"{data.get('count')} times {data.get('action_class')}"
    rest = "put back" if data.get("reverted") else "not put back"
    window, taken = data.get("window_seconds"), data.get("action_taken")
    return f"{data.get('actor_id')}: {done} within {window} s: {taken}, {rest}"


SENTENCES: dict[str, Callable[[EventData], str]] = {
    "member.joined": _joined,
    "member.left": _left,
    "member.banned": _banned,
    "member.unbanned": lambda data: f"The ban of {data.get('username')} was lifted",
    "case.created": _case,
    "case.updated": lambda data: f"{_case(data)}: now {data.get('status')}",
    "case.appealed": lambda data: f"{data.get('user_id')} appealed: {data.get('message')}",
    "case.appeal_decided": _decided,
    "ticket.opened": _opened,
    "ticket.message": _wrote,
    "ticket.claimed": lambda data: f"{data.get('claimed_by_id')} is in charge of {_ticket(data)}",
    "ticket.closed": _closed,
    "ticket.reopened": lambda data: f"{data.get('reopened_by_id')} opened {_ticket(data)} again",
    "economy.balance_changed": _balance,
    "security.scam_detected": lambda data: (
        f"{data.get('user_id')} posted a scam ({data.get('category')}): {data.get('action_taken')}"
    ),
    "automod.triggered": lambda data: (
        f"Rule {data.get('rule_id')} of automod ({data.get('category')}) met "
        f"{data.get('user_id')}: {data.get('action_taken')}"
    ),
    "giveaway.created": lambda data: f"In {_giveaway(data)} is given away: {data.get('prize')}",
    "giveaway.ended": _ended,
    "giveaway.rerolled": lambda data: f"{_giveaway(data)} was drawn anew: {_winners(data)}",
    "xp.level_up": _rose,
    "trade.completed": _traded,
    "duel.finished": _dueled,
    "security.raid_detected": _raided,
    "security.nuke_detected": _torn_down,
    "network.hit": _recognised,
    "security.audit_entry": lambda data: str(data.get("summary", "")),
    "test.ping": lambda data: str(data.get("message", "")),
}
