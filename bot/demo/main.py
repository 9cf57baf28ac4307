"""Main door to the demo: picks the guided or the played one, and runs its event loop."""

import asyncio
import importlib.util
import sys

from bot import logs
from bot.demo.terminal import Terminal

PLAYED = ("simcord",)
GUIDED = (*PLAYED, "markdown_it", "linkify_it", "regex", "PIL")  # its browser page
MISSING = (
    "The demo needs the simulated Discord, which is not installed. "
    'Install it with: pip install "herald-bot[demo]" — or let `make demo` do it.'
)


def run_demo(*, once: bool = False, to: str | None = None) -> int:
    """`herald demo`: guided on a terminal, played through with `once` or without one."""
    played = once or not sys.stdout.isatty()
    needed = PLAYED if played else GUIDED
    if any(importlib.util.find_spec(name) is None for name in needed):
        sys.stderr.write(f"{MISSING}\n")
        return 2
    logs.configure(level="ERROR")  # the story tells the rest
    # Not uvloop: simcord watches the loop's own methods, which uvloop does not let it.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(_perform(played=played, to=to))


async def _perform(*, played: bool, to: str | None) -> int:
    from bot.demo.script import play
    from bot.demo.story import tell
    from bot.demo.world import Refused

    try:
        return await (play if played else tell)(Terminal(), to=to)
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
