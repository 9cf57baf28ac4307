"""Story of the guided demo: two addresses, what to try, a line for every attempt until Ctrl+C."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from bot.clock import SystemClock
from bot.demo.buttons import buttons
from bot.demo.chronicle import Chronicle
from bot.demo.feed import Feed
from bot.demo.inspector import Inspector
from bot.demo.open_pages import Showing
from bot.demo.picture import Json, paint
from bot.demo.queries import latest_deliveries
from bot.demo.stage import OURS, Stage, stage
from bot.demo.terminal import Terminal

TOLD = 60  # deliveries looked at for the terminal's lines

DISCORD = "Act as the admin or as a member. The inspector takes you to other channels."
TO_TRY = (
    "In Discord, as the admin, type /webhook list, or /webhook show and use its buttons.",
    "In the inspector, press “Somebody joins” and open the delivery that appears.",
    "Press “Answer 500 to the next two”, let somebody join, and watch the retry after 5 s.",
    "In Discord, type /ban for a member; the inspector then shows the link in their letter.",
    "Open that link, appeal, go to #appeals in the inspector, and press Approve on the card.",
    "Go to #help and press “Support” as a member; go to the ticket, write, and as the admin claim,",
    "answer and close it. The member finds a letter in their direct messages, and rates it there.",
    "As the admin, type /giveaway create in #general; enter as the members, /giveaway end it,",
    "press “Check the draw”, and open the page that the card's link leads to.",
    "Try /ticket panel edit, /ticket type edit and /ticket check as the admin.",
    "As the admin, type /economy give for a member; as the member, /casino odds and roulette.",
    "Write in #general as a member, then type /rank and /leaderboard; as the admin, /levels give.",
)


async def tell(terminal: Terminal, *, to: str | None = None) -> int:
    """Run until the person has seen enough."""
    enough = asyncio.Event()
    with _interrupted(enough):
        terminal.say("Starting the bot in a simulated Discord …", style="dim")
        async with (
            stage(SystemClock(), to=to) as opened,
            previewing(opened) as preview,
            inspecting(opened, terminal) as inspector,
        ):
            _greet(terminal, opened, (preview.url, inspector.url))
            closed = asyncio.ensure_future(preview.wait_closed())
            stopped = asyncio.ensure_future(enough.wait())
            await asyncio.wait((closed, stopped), return_when=asyncio.FIRST_COMPLETED)
            for waiting in (closed, stopped):
                waiting.cancel()
            terminal.say("\nStopping …", style="dim")
    terminal.say("Everything the demo made is gone again.")
    return 0


@asynccontextmanager
async def previewing(stage: Stage) -> AsyncGenerator[Showing]:
    """Serve the simulated Discord as a page on which a person acts as the admin or a member."""
    world = stage.world
    general = world.map.place(world.cast.channels.general.id)
    assert general is not None  # noqa: S101  everybody sees it
    async with world.showing.opened(general):
        yield world.showing


@asynccontextmanager
async def inspecting(stage: Stage, terminal: Terminal) -> AsyncGenerator[Inspector]:
    """Serve the inspector's page, and tell the terminal every attempt."""
    signers = stage.signers
    chronicle = Chronicle(stage.receiver, signers)
    database = stage.app.emitter.database

    async def look() -> Json:
        await signers.look()
        for line in chronicle.news(await latest_deliveries(database, TOLD)):
            terminal.tell(line)
        return await paint(database, stage.receiver, world=stage.world, signers=signers)

    feed = Feed(look)
    guild = stage.world.cast.guild.name
    inspector = Inspector(feed, stage.clock, acts=buttons(stage), guild=guild)
    await inspector.start()
    feed.start()
    try:
        yield inspector
    finally:
        await feed.stop()
        await inspector.stop()


def _greet(terminal: Terminal, stage: Stage, addresses: tuple[str, str]) -> None:
    discord, inspector = addresses
    terminal.say("\nHerald runs, in a Discord that exists on this machine only.\n", style="bold")
    terminal.point(
        "Discord",
        discord,
        DISCORD,
    )
    terminal.point("Inspector", inspector, "Every delivery, live, with its signature checked.")
    terminal.say(f"\nThe webhook “{OURS}” is set up and delivers to {stage.receiver.url}.")
    if stage.your_secret is not None:
        terminal.say(f"A second one delivers to your receiver. Its secret: {stage.your_secret}")
    terminal.say("\nThings to try:")
    for hint in TO_TRY:
        terminal.say(f"  • {hint}")
    terminal.say("\nCtrl+C ends it. What is delivered from now on:\n", style="dim")


@contextmanager
def _interrupted(enough: asyncio.Event) -> Generator[None]:
    """Ctrl+C and a polite kill set `enough`."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, enough.set)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
