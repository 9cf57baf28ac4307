"""Report of `herald trigger`: a line for each event and each attempt."""

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


def verdict_line(made: Made, key: str) -> Text:
    """Key, attempt, status, latency and verdict of one delivery; the receiver sees that key."""
    word, colour = WORDS.get(made.state, ("under way", "yellow"))
    status = "no answer" if made.status is None else f"HTTP {made.status}"
    line = Text(f"{key}  attempt {made.number}  {status:<9}  {made.latency_ms or 0:>5} ms  ")
    line.append(word, style=colour)
    if made.state is not DeliveryState.DELIVERED and (why := _why(made)):
        line.append(f" ({why})")
    return line


def unknown_dialect(name: str, known: Sequence[str]) -> str:
    """Which dialects there are, the nearest first."""
    near = get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"Did you mean “{near[0]}”? " if near else ""
    return f"There is no dialect “{name}”. {hint}The dialects are: {', '.join(known)}."


def unfit_secret(dialect: str) -> str:
    """A secret from which no key can be made."""
    return (
        f"The dialect {dialect} cannot sign with that secret: it takes whsec_ followed by "
        "24 to 64 random bytes in base64, as /webhook create shows it."
    )


def missing_secret(variable: str = "HERALD_TRIGGER_SECRET") -> str:
    """Nothing to sign with."""
    return (
        "The secret is missing: give the one that the receiver checks against with --secret, "
        f"or in {variable}."
    )


def _why(made: Made) -> str:
    """The class and the details of a failure; an HTTP status says enough by itself."""
    return ": ".join(part for part in (made.error, made.detail) if part)
