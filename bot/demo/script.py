"""Script of the played demo: on a clock that jumps, told by the line, judged at the end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

from bot.clock import ManualClock, from_ms
from bot.demo.chronicle import Chronicle
from bot.demo.giveaways import PRIZE
from bot.demo.queries import ShownDelivery, latest_deliveries
from bot.demo.stage import OURS, Stage, absence, stage
from bot.demo.terminal import Terminal
from bot.demo.tickets import ANSWERED, CLOSED_FOR, SUBJECT
from bot.demo.verification import faults, tally, untold
from bot.outbox.tables import DeliveryState

AT_MOST = 1_000  # deliveries; a performance makes a dozen
TICK_SECONDS = 0.02
QUIET_TICKS = 15  # when nothing has changed for so long, only time can bring the next thing
STEP_SECONDS = 30.0  # of real time
PATIENCE_SECONDS = 120.0  # of the demo's time: a signature may be 300 s old
MARGIN_SECONDS = 0.01
AWAY_SECONDS = 600.0
GIVEN_SECONDS = 80.0  # a minute, and until the next sweep


async def play(terminal: Terminal, *, to: str | None = None) -> int:
    """The whole performance; 0 only where every expected delivery arrived and was verified."""
    clock = ManualClock(flowing=True)
    async with stage(clock, to=to, jitter=0) as opened:
        return await perform(opened, clock, terminal)


async def perform(
    stage: Stage, clock: ManualClock, terminal: Terminal, *, patience: float = PATIENCE_SECONDS
) -> int:
    """Play the script on an open stage, and judge it."""
    play = Performance(stage, clock=clock, terminal=terminal, patience=patience)
    world, receiver = stage.world, stage.receiver
    terminal.say(f"The bot runs in the simulated server “{world.cast.guild.name}”.")
    terminal.say(
        f"Its webhook “{OURS}” delivers to {receiver.url}; its receiver was given the secret."
    )
    if stage.your_secret is not None:
        play.expected["security.audit_entry"] += 1
        terminal.say(f"A second webhook delivers to your receiver. Its secret: {stage.your_secret}")
    await play.step("Two people join", world.join(), "member.joined")
    await play.step(None, world.join(), "member.joined")
    newest = world.members[-1].id
    await play.step("One of them leaves", world.leave(newest), "member.left")
    newest = world.members[-1].id
    await play.step("The admin bans the other by hand", world.ban(newest), "member.banned")
    await play.step("… and lifts the ban again", world.unban(newest), "member.unbanned")
    await play.step("The admin types /webhook test", world.ping(OURS), "test.ping")
    receiver.fail_next(2)
    await play.step("The receiver fails twice while somebody joins", world.join(), "member.joined")
    newest = world.members[-1].id
    await play.step("The admin kicks them by hand", world.kick(newest), "member.left")
    play.promised.append(f"was kicked by {world.cast.admin.id}")
    invited = world.join(invited=True)
    await play.step("Somebody joins by the admin's invite", invited, "member.joined")
    play.promised.append(f"through the invite {world.cast.invite.code}")
    title = "The admin types /softban: they are out, with what they wrote, and may come back"
    await play.step(title, stage.moderation.softban(), "case.created", "member.left")
    play.promised.append("softban of")
    await appealed(play, stage)
    await won(play, stage, clock)
    await helped(play, stage)
    title = "The bot is away for ten minutes: one joins, one leaves, one is banned; it comes back"
    await play.step(title, away(stage, clock), "member.joined", "member.left", "member.banned")
    return await play.judge()


async def appealed(play: "Performance", stage: Stage) -> None:
    """Somebody is warned, banned, appeals on the private page, and is heard."""
    moderation, member = stage.moderation, stage.world.cast.members[-1]
    await play.step("The admin types /warn", moderation.warn(member), "case.created")
    await play.step("The person types /mycases, and reads of it", moderation.look_up(member))
    title = "The admin types /ban; the person gets a letter with a private link"
    await play.step(title, moderation.ban(member), "case.created", "member.banned")
    title = "They open the link and appeal"
    await play.step(title, moderation.appeal(member), "case.appealed")
    play.promised.append("appealed")
    title = "The admin presses Approve on the card: the ban is lifted"
    events = ("case.appeal_decided", "case.updated", "member.unbanned")
    await play.step(title, moderation.approve(), *events)
    play.promised.append("approved")


async def helped(play: "Performance", stage: Stage) -> None:
    """Somebody asks for help, is answered, and says what they think of it."""
    tickets, member = stage.tickets, stage.world.cast.members[0]
    title = "A member presses “Support” on the panel in #help, and sends the form"
    await play.step(title, tickets.ask(member), "ticket.opened")
    play.promised.append(f"{member.id} opened ticket 1: {SUBJECT}")
    await play.step("They say more in the ticket", tickets.write(member), "ticket.message")
    await play.step("The admin presses Claim", tickets.claim(), "ticket.claimed")
    await play.step("… answers", tickets.answer(), "ticket.message")
    play.promised.append(ANSWERED)
    await play.step("… and closes it, saying why", tickets.close(), "ticket.closed")
    play.promised.append(CLOSED_FOR)
    title = "The member chooses five stars in their direct message"
    await play.step(title, tickets.rate(member))


async def won(play: "Performance", stage: Stage, clock: ManualClock) -> None:
    """Something is given away, drawn in time, checked, and drawn anew."""
    giveaways, members = stage.giveaways, stage.world.cast.members

    async def entered() -> None:
        await giveaways.enter(*members[:2])
        clock.advance(GIVEN_SECONDS)
        await giveaways.drawn()

    title = "The admin types /giveaway create; it lasts a minute"
    await play.step(title, giveaways.hold(), "giveaway.created")
    play.promised.append(f"is given away: {PRIZE}")
    title = "Two members press Enter; a minute later it is drawn"
    await play.step(title, entered(), "giveaway.ended")
    title = "One of them presses “Check the draw”: it is drawn again, and agrees"
    await play.step(title, giveaways.check(members[0]))
    title = "The winner has no boat: the admin types /giveaway reroll"
    await play.step(title, giveaways.reroll(), "giveaway.rerolled")
    play.promised.append("was drawn anew: ")


async def away(stage: Stage, clock: ManualClock) -> None:
    """What happens while the bot is not there."""
    world = stage.world
    leaving, banned = world.members[0].id, world.members[1].id
    async with absence(stage):
        await world.join()
        clock.advance(AWAY_SECONDS)
        await world.leave(leaving)
        await world.ban(banned)


class Performance:
    """Plays step after step, tells every attempt, and knows what must have arrived.

    A step is given up when nothing came of it for `patience` seconds of the demo's time.
    """

    def __init__(
        self,
        stage: Stage,
        *,
        clock: ManualClock,
        terminal: Terminal,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.expected = Counter[str]()
        self.promised: list[str] = []  # words of which each must be in some event
        self._stage = stage
        self._clock = clock
        self._terminal = terminal
        self._patience = patience
        self._chronicle = Chronicle(stage.receiver, stage.signers)
        self._since = clock.now()
        self._skipped = 0.0
        self._seen = list[ShownDelivery]()

    async def step(self, title: str | None, act: Awaitable[object], *events: str) -> None:
        """Do one thing, then wait until all it owes is settled or nothing more can come of it."""
        if title is not None:
            self._terminal.say(f"\n{title}", style="bold")
        self._since, self._skipped = self._clock.now(), 0.0
        await act
        self.expected.update(events)
        try:
            async with asyncio.timeout(STEP_SECONDS):
                await self._until_settled()
        except TimeoutError:
            self._terminal.say(f"  nothing more came within {STEP_SECONDS:.0f} s", style="red")

    async def judge(self) -> int:
        """Say what is missing, then the last line; the exit code."""
        deliveries = await self._deliveries()
        found = faults(self._stage, deliveries, self.expected) + untold(deliveries, self.promised)
        self._terminal.say()
        for fault in found:
            self._terminal.say(f"missing: {fault}", style="red")
        style = "bold red" if found else "bold green"
        self._terminal.say(tally(self._stage, deliveries, len(found)), style=style)
        return 1 if found else 0

    async def _deliveries(self) -> list[ShownDelivery]:
        return await latest_deliveries(self._stage.app.emitter.database, AT_MOST)

    async def _until_settled(self) -> None:
        before: list[ShownDelivery] = []
        quiet = 0
        while not self._is_settled(now := await self._look()):
            quiet = quiet + 1 if now == before else 0
            before = now
            if quiet >= QUIET_TICKS:
                quiet = 0
                if not self._skip(now):
                    return
            await asyncio.sleep(TICK_SECONDS)

    async def _look(self) -> list[ShownDelivery]:
        """What stands in the database, after telling what is new of it."""
        self._clock.advance(0)  # it flows, yet wakes its sleepers only when it is moved
        deliveries = await self._deliveries()
        if deliveries == self._seen:
            return deliveries
        self._seen = deliveries
        await self._stage.signers.look()
        for line in self._chronicle.news(deliveries):
            if self._skipped:
                passed = (self._clock.now() - self._since).total_seconds()
                self._terminal.say(f"clock +{round(passed * 2) / 2:g} s", style="dim")
            self._since, self._skipped = self._clock.now(), 0.0
            self._terminal.tell(line)
        return deliveries

    def _is_settled(self, deliveries: list[ShownDelivery]) -> bool:
        stored = Counter(
            one.event_type for one in deliveries if self._stage.receiver.is_at(one.url)
        )
        return stored >= self.expected and not any(one.is_moving for one in deliveries)

    def _skip(self, deliveries: list[ShownDelivery]) -> bool:
        """Jump to what comes next; false where nothing does within reason."""
        if any(one.state is DeliveryState.DELIVERING for one in deliveries):
            return True  # an answer is awaited, in real time
        due = self._stage.app.emitter.claims.next_due()
        if due is None:
            self._skipped += self._clock.jump() or 0.0
        else:
            wait = max((from_ms(due) - self._clock.now()).total_seconds(), 0.0) + MARGIN_SECONDS
            if self._skipped + wait <= self._patience:
                self._clock.advance(wait)
            self._skipped += wait
        return self._skipped <= self._patience
