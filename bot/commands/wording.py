"""The lines of `herald trigger`."""

from collections.abc import Sequence
from difflib import get_close_matches

from rich.text import Text

from bot.commands.verdicts import Made
from bot.outbox.tables import DeliveryState

WORDS = {
    DeliveryState.DELIVERED: ("delivered", "green"),
    DeliveryState.FAILED: ("failed for good", "red"),
    DeliveryState.PENDING: ("failed, would be tried again", "yellow"),
}


def verdict_line(made: Made) -> Text:
    """Id, attempt, status, latency and verdict of one delivery."""
    word, colour = WORDS.get(made.state, ("under way", "yellow"))
    status = "no answer" if made.status is None else f"HTTP {made.status}"
    line = Text(
        f"{made.event_id}  attempt {made.number}  {status:<9}  {made.latency_ms or 0:>5} ms  "
    )
    line.append(word, style=colour)
    if made.state is not DeliveryState.DELIVERED and (why := _why(made)):
        line.append(f" ({why})")
    return line


def unknown_dialect(name: str, known: Sequence[str]) -> str:
    """Which dialects there are, the nearest first."""
    near = get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"Did you mean “{near[0]}”? " if near else ""
    return f"There is no dialect “{name}”. {hint}The dialects are: {', '.join(known)}."


def missing_secret() -> str:
    """Nothing to sign with."""
    return (
        "The secret is missing: give the one that the receiver checks against with --secret, "
        "or in HERALD_TRIGGER_SECRET."
    )


def _why(made: Made) -> str:
    """The class and the details of a failure; an HTTP status says enough by itself."""
    return ": ".join(part for part in (made.error, made.detail) if part)
