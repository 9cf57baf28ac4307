"""What the demo prints of events cannot steer the terminal it is printed in."""

from io import StringIO

from rich.console import Console

from bot.demo.chronicle import AttemptLine
from bot.demo.terminal import Terminal


def test_what_people_typed_is_spelled_out() -> None:
    printed = StringIO()
    line = AttemptLine(
        event="member.banned",
        delivery=1,
        attempt=1,
        answer="200",
        latency="3 ms",
        signature="signature valid",
        outcome="delivered",
        about="quiet_ötter was banned: \x1b[2J\x1b]0;owned\x07\u202e[red]x\x9b31m",
        good=True,
    )

    Terminal(Console(file=printed, width=20)).tell(line)

    told = printed.getvalue()
    assert told.count("\n") == 1
    assert told.removesuffix("\n").isprintable()
    assert r"quiet_ötter was banned: \u001b[2J\u001b]0;owned\u0007\u202e[red]x\u009b31m" in told
