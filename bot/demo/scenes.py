"""Scenes of the played demo: what a feature shows, with the events that must come of it."""

from simcord import UserHandle

from bot.demo.attacks import QUAYS, RAIDERS
from bot.demo.audit import GRANTED
from bot.demo.casino import DEALT, FLIPPED
from bot.demo.economy import PAID_FOR
from bot.demo.giveaways import PRIZE
from bot.demo.incoming import PAID_FOR as ORDER
from bot.demo.performance import Performance
from bot.demo.stage import Stage
from bot.demo.tickets import ANSWERED, CLOSED_FOR, SUBJECT
from bot.demo.trades import TRADED_FOR

BALANCE = "economy.balance_changed"
SCAM = "security.scam_detected"
ENTRY = "security.audit_entry"
GIVEN_SECONDS = 80.0  # a minute, and until the next sweep


async def appealed(play: Performance, stage: Stage) -> None:
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


async def helped(play: Performance, stage: Stage) -> None:
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


async def gambled(play: Performance, stage: Stage) -> None:
    """Somebody stakes some of their money, twice."""
    casino, member = stage.casino, stage.world.cast.members[0]
    title = "They type /casino seed, to mix a seed of their own into the rounds"
    await play.step(title, casino.rehearse(member))
    title = "They type /casino coin, see the odds, and press Heads"
    await play.step(title, casino.flip(member), BALANCE, BALANCE)
    play.promised.append(FLIPPED)
    title = "They type /casino verify: the round's numbers follow from its seeds"
    await play.step(title, casino.verify(member))
    title = "They type /casino blackjack, press Deal, and then Stand"
    await play.step(title, casino.stand(member), BALANCE, BALANCE)
    play.promised.append(DEALT)


async def won(play: Performance, stage: Stage) -> None:
    """Something is given away, drawn in time, checked, and drawn anew."""
    giveaways, members = stage.giveaways, stage.world.cast.members

    async def entered() -> None:
        await giveaways.enter(*members[:2])
        play.clock.advance(GIVEN_SECONDS)
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


async def risen(play: Performance, stage: Stage) -> None:
    """Somebody takes part, is given the rest to the next level, and shows their card."""
    levels, member = stage.levels, stage.world.cast.members[1]
    await play.step("A member writes in #general, and earns some XP", levels.write(member))
    title = "The admin types /levels give: the member reaches level 2, and has its role"
    await play.step(title, levels.give(member), "xp.level_up", ENTRY)
    play.promised.append(f"{member.id} rose from level 1 to level 2")
    await play.step("They type /rank, and everybody sees their card", levels.show(member))


async def paid(play: Performance, stage: Stage) -> None:
    """Somebody takes the daily, and pays a friend."""
    economy, (member, friend) = stage.economy, stage.world.cast.members[:2]
    await play.step("A member types /daily", economy.take_daily(member), BALANCE)
    title = "They type /pay: both wallets tell of it, and a tenth of it is tax that nobody gets"
    await play.step(title, economy.pay(member, friend), BALANCE, BALANCE)
    play.promised.append(PAID_FOR)


async def bought(play: Performance, stage: Stage) -> None:
    """A program outside of Discord pays somebody."""
    shop, member = stage.shop, stage.world.cast.members[0]
    title = "The admin types /webhook incoming create, and gives a shop its address and secret"
    await play.step(title, shop.invite(), ENTRY)
    title = "The shop pushes ADD_BALANCE, signed, and again with the same key: it is paid once"
    await play.step(title, shop.pay(member), BALANCE, ENTRY)
    play.promised.append(f"(incoming): {ORDER}")


async def traded(play: Performance, stage: Stage) -> None:
    """Two members exchange money for a good."""
    trades, (member, friend) = stage.trades, stage.world.cast.members[:2]
    title = "The friend types /trade offer: their money is held from now on"
    await play.step(title, trades.offer(friend, member), BALANCE)
    title = "The member presses Confirm: money and good change hands"
    await play.step(title, trades.confirm(member), BALANCE, "trade.completed")
    play.promised.append(TRADED_FOR)


async def dueled(play: Performance, stage: Stage) -> None:
    """Two members fight for a stake."""
    duels, (member, friend) = stage.duels, stage.world.cast.members[:2]
    title = "The friend types /duel challenge; nothing is held yet"
    await play.step(title, duels.challenge(friend, member))
    title = "The member presses Accept: both stakes are held"
    await play.step(title, duels.accept(member), BALANCE, BALANCE)
    title = "Both choose twice in secret: the friend takes two rounds, and both stakes"
    await play.step(title, duels.fight(friend, member), BALANCE, "duel.finished")
    play.promised.append(f"{friend.id} won duel 1 against {member.id}")


async def filtered(play: Performance, stage: Stage) -> None:
    """A message that hides behind Cyrillic letters and a digit is found all the same."""
    automod, member = stage.automod, stage.world.cast.members[1]
    title = "The admin types /automod test with a text in half Cyrillic: a rule sees through it"
    await play.step(title, automod.test())
    title = "A member writes it in #general: it is gone"
    await play.step(title, automod.write(member), "automod.triggered")
    play.promised.append(f"Rule 1 of automod (keywords) met {member.id}: delete")


async def raided(play: Performance, stage: Stage) -> None:
    """Strangers join at once."""
    title = "Six strangers join within a second: a raid, told once, however many follow"
    joined = ("member.joined",) * RAIDERS
    await play.step(title, stage.attacks.raid(), "security.raid_detected", *joined)
    play.promised.append(f"{RAIDERS} joined within 10 s")


async def torn_down(play: Performance, stage: Stage) -> None:
    """A taken-over account deletes channels, is stopped, and they are there again."""
    title = "A taken-over account deletes three channels: it is put in quarantine, they come back"
    events = (*(ENTRY,) * len(QUAYS), "case.created", "security.nuke_detected")
    await play.step(title, stage.attacks.tear_down(), *events)
    play.promised.append("3 times channel_delete within 30 s: quarantine, put back")


async def watched(play: Performance, stage: Stage) -> None:
    """The admin does by hand what is dangerous, and it is written down."""
    audit, member = stage.audit, stage.world.cast.members[1]
    title = "The admin gives a member the staff's role by hand: it may ban, which is noted"
    await play.step(title, audit.grant(member), ENTRY)
    play.promised.append(GRANTED)
    await play.step("They type /audit search, and find it", audit.look_up())


async def recognised(play: Performance, stage: Stage) -> None:
    """Somebody joins whom two other servers have reported."""
    about: list[UserHandle] = []

    async def reported() -> None:
        about.append(await stage.network.report())

    async def joined() -> None:
        await stage.network.join(about[0])

    title = "Two other servers type /network report; the admin, who reviews, presses Approve twice"
    await play.step(title, reported())
    title = "Whom they reported joins: the log says so, and that the trust score is 30"
    await play.step(title, joined(), "member.joined", "network.hit")
    play.promised.append("trust score 30: 2 approved reports")


async def cheated(play: Performance, stage: Stage) -> None:
    """An account was taken over: what it posts everywhere is gone at once."""
    cast, member = stage.world.cast, stage.world.cast.members[1]
    title = "A taken-over account posts a login code: it is deleted, the account timed out and told"
    places = (cast.channels.general,)
    await play.step(title, stage.scams.post(member, *places), "case.created", SCAM)
    play.promised.append("login_qr_code")


SCENES = (
    appealed,
    won,
    helped,
    risen,
    paid,
    bought,
    gambled,
    traded,
    dueled,
    filtered,
    watched,
    raided,
    torn_down,
    recognised,
    cheated,
)
"""In their order."""
