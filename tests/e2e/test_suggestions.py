"""Suggestions of every option of every command: what was typed exactly leads, however old it is."""

from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from discord import app_commands
from sqlalchemy import insert, update

from bot.acts import Actor
from bot.clock import ManualClock
from bot.features.appeals.store import table as appeal
from bot.features.automod import store as rule_store
from bot.features.automod.terms import KeywordTerms, RuleDraft
from bot.features.cases import store
from bot.features.cases.model import CaseState, Details
from bot.features.duels import DUELS
from bot.features.duels.model import Challenge
from bot.features.economy import ECONOMY
from bot.features.economy.transfers import Payee
from bot.features.giveaways import GIVEAWAYS
from bot.features.giveaways.plans import GiveawayPlan
from bot.features.settings import SETTINGS
from bot.features.tickets import TICKETS
from bot.features.trades import TRADES
from bot.features.trades.model import Offer
from bot.features.trades.transitions import Proposal
from bot.incident import Finding, Why
from bot.outbox.tables import DeliveryState, delivery
from bot.protection import Protection
from bot.user_text import sought
from tests.e2e.appeals.scene import AppealsScene, appeals_scene
from tests.e2e.endpoints.incoming_rows import add_incoming
from tests.e2e.network.rows import add_reports
from tests.e2e.scams.suggested import marked
from tests.support.emitter_setup import add_endpoint, config_for, joined
from tests.support.receiver import Receiver
from tests.support.tripwire.feature import TripwireSettings

CASES = (*range(1, 41), *range(200, 231))  # those from 200 on, and 2, are final
NAMES = {1: "otter", 40: "zebra"}
REASONS = [f"Reason {number}" for number in range(25)]
TYPED = {
    "actions": "ADD_XP",
    "currency": "Coin 1",
    "delete": "7d",
    "delivery": "10",
    "dialect": "standard",
    "duel": "1",
    "duration": "28d",
    "entry": "1",
    "event": "member.left",
    "events": "member.joined",
    "get_currency": "Coin 1",
    "give_currency": "Coin 1",
    "giveaway": "1",
    "incident": "1",
    "kind": "settings.changed",
    "name": "hook",
    "network": "Net 1",
    "number": "1",
    "panel": "Board 1",
    "picture": "1",
    "protection": "Tripwire",
    "reason": "Reason 24",
    "rule": "1",
    "report": "1",
    "trade": "1",
    "type": "Kind 1",
}
CHOICES = (
    ("economy", "enabled", True),
    ("trades", "open_limit", 25),
    ("duels", "open_limit", 25),
    ("duels", "cooldown_seconds", 0),
)
CURRENCIES = ("Coin 10", "Coin 1")  # beside the one that a server begins with
VALUES = {
    "network": "2",
    "panel": "1",
    "protection": "tripwire",
    "type": "1",
    **dict.fromkeys(("currency", "get_currency", "give_currency"), "3"),
}  # of what is typed by its name and sent by its number
OF_COMMAND = {("appeals allow", "number"): "2"}


@pytest.fixture
def clock() -> ManualClock:
    """At the simulation's beginning."""
    return ManualClock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
async def full(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[AppealsScene]:
    """More of everything than one list of suggestions holds; the first is named like the rest."""
    async with appeals_scene(config_for(sqlite_url), clock, receiver) as made:
        scene = made.scene
        await scene.choose(reasons=";".join(REASONS))
        await filled(made)
        emitter = scene.world.app.emitter
        for number in range(1, 24):
            await add_endpoint(
                emitter,
                receiver.url(),
                guild_id=scene.guild_id,
                name=f"hook {number}",
                patterns=("member.left",),
            )
        await add_endpoint(
            emitter,
            receiver.url(),
            guild_id=scene.guild_id,
            name="hook",
            secret=receiver.secret,
            patterns=("member.joined",),
        )
        for user_id in range(45):
            await emitter.outbox.record(joined(clock, user_id, guild_id=scene.guild_id))
        await receiver.has(45)
        await emitter.worker.idle()
        async with emitter.database.transaction() as tx:
            await tx.execute(update(delivery).values(state=DeliveryState.FAILED.value))
        await add_incoming(scene.world.app.parts.core, scene.guild_id)
        await ticketed(made)
        await bargained(made)
        await stumbled(made)
        await add_reports(scene.world.app.parts.core, scene.guild_id, 30)
        await marked(made.scene.world.app.parts.core, made.scene.guild_id)
        yield made


async def ticketed(made: AppealsScene) -> None:
    """Types of tickets, panels and replies; the first of each is named like the rest."""
    scene = made.scene
    tickets = scene.world.app.parts[TICKETS].service
    actor = Actor(scene.guild_id, scene.world.manager.id, "harbour_master")
    for number in range(1, 31):
        await tickets.types.create(actor, f"Kind {number}")
    for number in range(1, 26):
        await tickets.panels.create(actor, f"Board {number}")
    for name in ("hook", *(f"hook {number}" for number in range(30))):
        await tickets.replies.save(actor, name, "Thank you")


async def bargained(made: AppealsScene) -> None:
    """Currencies, giveaways, duels and trades of whoever types; each first one is like others."""
    scene = made.scene
    parts = scene.world.app.parts
    actor = Actor(scene.guild_id, scene.captain.id, "captain")
    for feature, name, value in CHOICES:
        await parts[SETTINGS].service.change(actor, feature, name, value)
    for name in CURRENCIES:
        await parts[ECONOMY].currencies.create(actor, name, "o")
    plan = GiveawayPlan(
        prize="A print",
        channel_id=scene.world.channel.id,
        winner_count=1,
        lasts=timedelta(days=1),
    )
    captain = Payee(scene.captain.id, is_bot=False)
    await parts[ECONOMY].adjustments.adjust(actor, captain, "give", "1")
    challenge = Challenge(scene.world.channel.id, scene.otter.id, None, "1")
    offer = Offer(good="An oar")
    proposal = Proposal(scene.world.channel.id, scene.otter.id, offer, offer)
    for _number in range(11):
        await parts[GIVEAWAYS].service.create(actor, plan)
        await parts[TRADES].service.transitions.propose(actor, proposal)
        await parts[DUELS].service.challenges.challenge(actor, challenge)


async def stumbled(made: AppealsScene) -> None:
    """Incidents and rules of protections, each like the others."""
    core = made.scene.world.app.parts.core
    core.incidents.protect(Protection("tripwire", "Tripwire", TripwireSettings))
    finding = Finding(
        guild_id=made.scene.guild_id, feature="tripwire", title="Stumbled", why=Why("One did")
    )
    draft, now = RuleDraft(name="Boats", terms=KeywordTerms(words=("boat",))), core.clock.now()
    for _number in range(30):
        async with core.database.transaction() as tx:
            await core.incidents.open(tx, finding)
            await rule_store.add(tx, made.scene.guild_id, draft, by_id=1, now=now)


async def filled(made: AppealsScene) -> None:
    """Cases and appeals as rows: their numbers, names and states are all that is asked for."""
    now, guild_id = made.scene.world.clock.now(), made.scene.guild_id
    cases: list[dict[str, Any]] = []
    appeals: list[dict[str, Any]] = []
    for number in CASES:
        name = NAMES.get(number, f"otter_{number}")
        about = {"guild_id": guild_id, "user_id": 5000 + number, "username": name}
        cases.append(
            {
                **about,
                "id": number,
                "number": number,
                "type": "ban",
                "moderator_id": 1,
                "moderator_name": "captain",
                "source": "bot",
                "state": CaseState.ACTIVE.value,
                "created_at": now,
                "repeats": False,
                "details": store.document(Details(is_final=number in (2, *CASES[40:]))),
                "sought": sought(name, None),
            }
        )
        appeals.append(
            {
                **about,
                "case_id": number,
                "case_number": number,
                "case_type": "ban",
                "attempt": 1,
                "message": "Sorry",
                "state": "denied" if number == 1 else "open",
                "created_at": now,
                "punishment_lifted": False,
            }
        )
    async with made.scene.world.app.emitter.database.transaction() as tx:
        await tx.execute(insert(store.table), cases)
        await tx.execute(insert(appeal), appeals)


def asked(made: AppealsScene) -> Iterator[tuple[app_commands.Command[Any, ..., Any], str]]:
    """Each option of which something is suggested."""
    for command in made.scene.world.app.client.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            for parameter in command.parameters:
                if parameter.autocomplete:
                    yield command, parameter.name


async def suggested(
    made: AppealsScene, command: app_commands.Command[Any, ..., Any], option: str, typed: str
) -> list[str]:
    others: dict[str, Any] = {"user": made.scene.otter, "name": "hook"}
    names = {parameter.name for parameter in command.parameters} - {option}
    given = {name: value for name, value in others.items() if name in names}
    found = await made.scene.captain.autocomplete(
        made.scene.world.channel, command.qualified_name, option, typed, **given
    )
    return [str(one["value"]) for one in found]


@pytest.mark.thorough("every list there is")
async def test_what_was_typed_exactly_leads_in_every_list_of_suggestions(
    full: AppealsScene,
) -> None:
    walked = set[str]()
    for command, option in asked(full):
        typed = OF_COMMAND.get((command.qualified_name, option), TYPED[option])
        found = await suggested(full, command, option, typed)
        wanted = VALUES.get(option, typed)
        assert found[:1] == [wanted], (command.qualified_name, option, found)
        assert len(found) <= 25
        walked.add(option)
    assert walked == TYPED.keys()


NAMED: tuple[tuple[str, str, str | None], ...] = (
    ("appeals view", "otter", "1"),
    ("appeals view", "zebra", "40"),
    ("appeals view", "ZEBRA", "40"),
    ("appeals view", "", "2"),
    ("appeals view", "230", "230"),
    ("appeals link", "otter", "1"),
    ("appeals link", "zebra", "40"),
    ("appeals link", "", "40"),
    ("appeals link", "2", "29"),
    ("appeals forbid", "", "40"),
    ("appeals allow", "", "230"),
    ("appeals allow", "otter_2", "2"),
    ("appeals allow", "otter_3", None),
    ("case view", "otter", "1"),
    ("case view", "zebra", "40"),
)


@pytest.mark.thorough("every list there is")
async def test_a_person_s_name_leads_to_their_case(full: AppealsScene) -> None:
    for name, typed, first in NAMED:
        (command,) = (one for one, _option in asked(full) if one.qualified_name == name)
        found = await suggested(full, command, "number", typed)
        assert next(iter(found), None) == first, (name, typed, found)


async def test_what_has_ended_is_not_offered_to_be_appealed(full: AppealsScene) -> None:
    async with full.scene.world.app.emitter.database.transaction() as tx:
        ended = {"state": CaseState.REVOKED.value, "settled_at": full.scene.world.clock.now()}
        await tx.execute(update(store.table).where(store.table.c.number == 40).values(ended))
    for name, first in (("appeals link", "39"), ("appeals forbid", "39"), ("case view", "230")):
        (command,) = (one for one, _option in asked(full) if one.qualified_name == name)
        assert (await suggested(full, command, "number", ""))[0] == first
