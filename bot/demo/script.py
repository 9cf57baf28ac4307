"""Script of the played demo: on a clock that jumps, told by the line, judged at the end."""

from bot.clock import ManualClock
from bot.demo.performance import PATIENCE_SECONDS, Performance
from bot.demo.scenes import ENTRY, SCENES
from bot.demo.stage import OURS, Stage, absence, stage
from bot.demo.terminal import Terminal

AWAY_SECONDS = 600.0


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
    await play.step("The admin bans the other by hand", world.ban(newest), "member.banned", ENTRY)
    await play.step("… and lifts the ban again", world.unban(newest), "member.unbanned", ENTRY)
    await play.step("The admin types /webhook test", world.ping(OURS), "test.ping")
    receiver.fail_next(2)
    await play.step("The receiver fails twice while somebody joins", world.join(), "member.joined")
    newest = world.members[-1].id
    await play.step("The admin kicks them by hand", world.kick(newest), "member.left", ENTRY)
    play.promised.append(f"was kicked by {world.cast.admin.id}")
    invited = world.join(invited=True)
    await play.step("Somebody joins by the admin's invite", invited, "member.joined")
    play.promised.append(f"through the invite {world.cast.invite.code}")
    title = "The admin types /softban: they are out, with what they wrote, and may come back"
    await play.step(title, stage.moderation.softban(), "case.created", "member.left")
    play.promised.append("softban of")
    for scene in SCENES:
        await scene(play, stage)
    title = "The bot is away for ten minutes: one joins, one leaves, one is banned; it comes back"
    found = ("member.joined", "member.left", "member.banned", ENTRY)
    await play.step(title, away(stage, clock), *found)
    return await play.judge()


async def away(stage: Stage, clock: ManualClock) -> None:
    """What happens while the bot is not there."""
    world = stage.world
    leaving, banned = world.members[0].id, world.members[1].id
    async with absence(stage):
        await world.join()
        clock.advance(AWAY_SECONDS)
        await world.leave(leaving)
        await world.ban(banned)
