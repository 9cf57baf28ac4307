"""Path of an act: the files entered from its callback to its event: `python -m tools.trace`.

The real bot runs in the simulated Discord, with a new database. From the callback to the last
`Outbox.emit` of the act's event, every function entered in one of COUNTED is noted by its file,
in every thread.

A command is followed by a context variable that is set where its callback is entered: tasks and
threads that it starts inherit it. What the gateway tells of the command's own act meanwhile is
left out, with the client's taking it in, as it runs in the context of whoever reads the real
gateway; so is whoever called the callback and waits for it. The guild's settings were read before,
as in any bot that has had a command there since its start: they stay in memory until they change.

A signal reaches its event through queues, a timer and a group commit. Their tasks began before it
and inherit nothing, so there everything that runs is counted, in a bot where nothing else
happens: `background` is what the same time enters without a signal, and has to be empty.
"""

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from inspect import CO_OPTIMIZED
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import bot
from bot.catalogue.members import MemberLeft
from bot.clock import ManualClock
from bot.config import Config
from bot.config.settings import MembersConfig
from bot.outbox.outbox import Outbox
from bot.storage.sweep import Sweep
from bot.wiring import FEATURES
from tests.e2e.cases.scene import Scene, running
from tests.e2e.tickets.scene import TicketScene, ticket_scene
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver
from tests.support.simulated import World

ROOT = f"{Path(bot.__file__).parents[1]}/"
COUNTED = ("cogs/", "bot/client/", "bot/features/", "bot/posts/")
LIMITS = {"tempban": 20, "ticket_close": 16, "member_remove": 12, "background": 0}  # files at most
GATEWAY = ("AttachedCogs._listen.", "UnreadEvents._guarded.")
"""Where the client takes in what the gateway tells."""
SIMULATED_NOW = datetime(2026, 1, 1, tzinfo=UTC)

_is_followed: ContextVar[bool] = ContextVar("is_followed", default=False)


@dataclass(slots=True, kw_only=True)
class Trace:
    """Profile function that notes files in the order in which they are entered."""

    callback: str | None = None  # a function of a cog, where it begins; None begins at once
    event: str = ""
    by_context: bool = False  # only what the callback runs and starts, else whatever runs
    files: tuple[str, ...] = ()  # up to the last of those events
    entered: dict[str, None] = field(default_factory=dict[str, None])
    callers: list[FrameType] = field(default_factory=list[FrameType])  # of the callback

    @contextmanager
    def watching(self) -> Generator[None]:
        """Note what is entered in this thread, and in those that begin meanwhile."""
        sys.setprofile(self)
        threading.setprofile(self)
        try:
            yield
        finally:
            threading.setprofile(None)
            sys.setprofile(None)

    def __call__(self, frame: FrameType, what: str, _value: object) -> None:
        code = frame.f_code
        if what != "call" or not code.co_filename.startswith(ROOT):
            return
        file, function = code.co_filename.removeprefix(ROOT), code.co_name
        if file.startswith("cogs/") and function == self.callback:
            self.callback = None
            self.callers = list(_above(frame))
            _is_followed.set(True)
        elif "/listeners" in file and function.startswith("on_"):
            _is_followed.set(False)
        elif code.co_qualname.startswith(GATEWAY):
            return
        if self.callback is None and frame not in self.callers:
            self._note(file, frame)

    def _note(self, file: str, frame: FrameType) -> None:
        if self.by_context and not _is_followed.get():
            return
        # Neither an import nor the body of a class is a function.
        if file.startswith(COUNTED) and frame.f_code.co_flags & CO_OPTIMIZED:
            self.entered.setdefault(file)
        elif frame.f_code is Outbox.emit.__code__ and frame.f_locals["event"].type == self.event:
            self.files = tuple(self.entered)


def _above(frame: FrameType) -> Generator[FrameType]:
    while (caller := frame.f_back) is not None:
        frame = caller
        yield frame


async def tempban() -> tuple[str, ...]:
    """From the slash command to `case.created`."""
    trace = Trace(callback="tempban", event="case.created", by_context=True)
    async with _scene() as scene:
        with trace.watching():
            await scene.does("tempban", user=scene.otter, duration="1h", reason="Spam")
    return trace.files


async def ticket_close() -> tuple[str, ...]:
    """From `/ticket close` in a ticket to `ticket.closed`."""
    trace = Trace(callback="close", event="ticket.closed", by_context=True)
    async with _tickets() as scene:
        room = scene.room(await scene.opened())
        with trace.watching():
            await scene.clerk.slash(room, "ticket close", reason="Done")
    return trace.files


async def member_remove() -> tuple[str, ...]:
    """From the gateway's signal to `member.left`, over the time for which a removal is held."""
    trace = Trace(callback="on_raw_member_remove", event="member.left")
    async with _scene() as scene:
        scene.world.clock.advance(5)  # about who has just joined Discord is asked first
        await scene.world.env.settle()
        with trace.watching():
            scene.world.guild.remove_member(scene.otter)
            await scene.world.env.settle()
            scene.world.clock.advance(MembersConfig().leave_hold_seconds)
            await scene.receiver.until(lambda: bool(scene.receiver.requests))
    return trace.files


async def background() -> tuple[str, ...]:
    """What runs by itself in the time of `member_remove`."""
    trace = Trace()
    async with _scene() as scene:
        with trace.watching():
            scene.world.clock.advance(MembersConfig().leave_hold_seconds)
            left = MemberLeft.sample(scene.guild_id)
            await scene.world.app.emitter.outbox.record(left)
            await scene.receiver.until(lambda: bool(scene.receiver.requests))
    return tuple(trace.entered)


@asynccontextmanager
async def _scene() -> AsyncGenerator[Scene]:
    async with _place() as place, running(*place) as scene:
        await _calm(scene.world)
        yield scene


@asynccontextmanager
async def _tickets() -> AsyncGenerator[TicketScene]:
    async with _place() as place, ticket_scene(*place) as scene:
        await _calm(scene.world)
        yield scene


@asynccontextmanager
async def _place() -> AsyncGenerator[tuple[Config, ManualClock, Receiver]]:
    clock = ManualClock(SIMULATED_NOW)
    with TemporaryDirectory() as folder:
        async with Receiver(clock=clock) as receiver:
            yield config_for(f"sqlite:///{folder}/herald.db"), clock, receiver


async def _calm(world: World) -> None:
    """The settings are read, and no sweep looks by itself."""
    parts = world.app.parts
    for model in parts.core.models:
        await parts.core.settings.get(world.guild.id, model)
    for feature in FEATURES:
        for one in parts[feature].background:
            if isinstance(one, Sweep):
                await one.stop()


def main() -> None:
    for act in (tempban, ticket_close, member_remove, background):
        files = asyncio.run(act())
        limit = LIMITS[act.__name__]
        print(f"{act.__name__}: {len(files)} files (at most {limit})", *files, sep="\n  ")


if __name__ == "__main__":
    main()
