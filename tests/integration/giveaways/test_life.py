"""A giveaway's life: it opens and ends in time, is paused, changed, followed, and forgotten."""

from datetime import timedelta

import pytest

from bot.errors import NotFound, UserError
from bot.features.giveaways import schedule
from bot.features.giveaways.draw import hash_of
from bot.features.giveaways.messages import CARD
from bot.features.giveaways.model import GiveawayState, Terms
from bot.features.giveaways.plans import GiveawayEdit
from bot.features.giveaways.retention import OldGiveaways
from bot.features.giveaways.tables import entry, giveaway
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.giveaways.giveaways_env import (
    CREATED,
    DAY,
    ENDED,
    HOUR,
    STRANGER,
    GiveawaysEnv,
    said,
)
from tests.support.emitter_setup import GUILD
from tests.support.rows import rows

MINUTE = timedelta(minutes=1)


async def test_a_scheduled_one_is_told_at_once_and_shown_when_it_opens(env: GiveawaysEnv) -> None:
    made = await env.made(starts_at=env.clock.now() + HOUR, required_role_ids=(10,))
    await env.sweep_giveaways()
    ((kind, told),) = await env.about(made)
    assert (kind, told["required_role_ids"], told["min_level"]) == (CREATED, ["10"], None)
    assert env.discord.lines == {}
    with pytest.raises(UserError, match="It has not begun yet"):
        await env.giveaways.entries.enter(env.entrant(), made.id)

    await env.sweep_giveaways(HOUR)
    assert (await env.now(made)).state is GiveawayState.OPEN
    (card,) = env.discord.lines.values()
    assert made.seed_hash in card.footer
    assert len(await env.about(made)) == 1


async def test_it_ends_on_time_after_any_downtime_and_once(env: GiveawaysEnv) -> None:
    made = await env.made(winner_count=2)
    await env.entered(made, 5)
    env.clock.advance((90 * DAY).total_seconds())
    with pytest.raises(UserError, match="It is over"):  # before anybody has noticed
        await env.giveaways.entries.enter(env.entrant(), made.id)
    await env.again()
    for _time in range(3):
        await env.sweep_giveaways()
    after = await env.now(made)
    assert after.state is GiveawayState.ANNOUNCED
    assert [kind for kind, _data in await env.about(made)] == [CREATED, ENDED]
    assert len(said(env, "Congratulations")) == 1
    await env.agrees(made)


async def test_one_whose_whole_time_passed_unopened_has_it_then(env: GiveawaysEnv) -> None:
    made = await env.made(starts_at=env.clock.now() + HOUR)
    await env.sweep_giveaways(30 * DAY)
    assert (await env.now(made)).ends_at == env.clock.now() + DAY
    late = await env.made(starts_at=env.clock.now() + HOUR)
    await env.sweep_giveaways(2 * HOUR)
    assert (await env.now(late)).ends_at == late.ends_at  # what was promised stays


async def test_the_seed_is_sealed_until_the_draw(env: GiveawaysEnv) -> None:
    made = await env.made()
    (row,) = await rows(env.emitter.database, giveaway)
    assert made.sealed_seed is not None
    seed = env.process.giveaways.ports.vault.open(made.sealed_seed)
    assert hash_of(seed) == made.seed_hash
    assert seed not in repr(row)
    with pytest.raises(UserError, match="was not drawn yet"):
        await env.giveaways.book(GUILD, made.id)

    await env.sweep_giveaways(DAY)
    after = await env.now(made)
    assert (after.seed, after.sealed_seed) == (seed, None)


async def test_a_pause_is_added_at_the_end(env: GiveawaysEnv) -> None:
    made = await env.made()
    (person,) = await env.entered(made, 1)
    env.clock.advance(HOUR.total_seconds())
    await env.giveaways.transitions.pause(HARBOUR_MASTER, made.id)
    await env.sweep_giveaways(3 * DAY)
    assert (await env.now(made)).state is GiveawayState.PAUSED
    for act in (env.giveaways.entries.enter, env.giveaways.entries.leave):
        with pytest.raises(UserError, match="It is paused"):
            await act(env.entrant(person), made.id)
    resumed = await env.giveaways.transitions.resume(HARBOUR_MASTER, made.id)
    assert resumed.ends_at == made.ends_at + 3 * DAY
    await env.sweep_giveaways(23 * HOUR)
    assert (await env.now(made)).state is GiveawayState.ANNOUNCED


async def test_an_edit_changes_what_it_names(env: GiveawaysEnv) -> None:
    made = await env.made(about="Framed.")
    edit = env.giveaways.transitions.edit
    ends_at = env.clock.now() + 2 * HOUR
    terms = Terms(required_role_ids=(10,))
    await edit(
        HARBOUR_MASTER,
        made.id,
        GiveawayEdit(prize="Two", winner_count=3, ends_at=ends_at, about=""),
    )
    after = await edit(HARBOUR_MASTER, made.id, GiveawayEdit(terms=terms))
    found = (after.prize, after.about, after.winner_count, after.ends_at, after.terms)
    assert found == ("Two", "", 3, ends_at, terms)
    await env.sweep_giveaways()
    (card,) = env.discord.lines.values()
    assert card.title == "Two"
    await env.sweep_giveaways(2 * HOUR)
    assert (await env.now(made)).has_ended
    with pytest.raises(UserError, match="is over"):
        await edit(HARBOUR_MASTER, made.id, GiveawayEdit(prize="Three"))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (GiveawayEdit(), "Say what is to change"),
        (GiveawayEdit(prize="\u200b"), "needs a name that can be seen"),
        (GiveawayEdit(every=MINUTE), "an hour after this one"),
        (GiveawayEdit(every=23 * HOUR), "not before this one ends"),
    ],
)
async def test_what_cannot_be_is_refused(env: GiveawaysEnv, edit: GiveawayEdit, said: str) -> None:
    made = await env.made()
    with pytest.raises(UserError, match=said):
        await env.giveaways.transitions.edit(HARBOUR_MASTER, made.id, edit)
    assert await env.now(made) == made


async def test_times_that_cannot_be_are_refused(env: GiveawaysEnv) -> None:
    now, edit = env.clock.now(), env.giveaways.transitions.edit
    for about in ({"lasts": timedelta(0)}, {"lasts": 367 * DAY}):
        with pytest.raises(UserError, match="a minute at least, and a year at most"):
            await env.made(**about)
    with pytest.raises(UserError, match="begins within a year"):
        await env.made(starts_at=now + 400 * DAY)
    made = await env.made()
    for ends_at in (now - HOUR, now, now + 400 * DAY):
        with pytest.raises(UserError, match="a minute at least, and a year at most"):
            await edit(HARBOUR_MASTER, made.id, GiveawayEdit(ends_at=ends_at))
    await env.giveaways.transitions.pause(HARBOUR_MASTER, made.id)
    with pytest.raises(UserError, match="resume it before"):
        await edit(HARBOUR_MASTER, made.id, GiveawayEdit(ends_at=now + HOUR))


async def test_a_series_goes_on_until_somebody_ends_it(env: GiveawaysEnv) -> None:
    first = await env.drawn(every=7 * DAY, winner_count=2, about="Weekly", bonus={10: 2})
    second = (await env.all_of_them())[-1]
    assert second.state is GiveawayState.SCHEDULED
    assert second.starts_at == first.starts_at + 7 * DAY
    assert second.seed_hash != first.seed_hash
    same = ("prize", "about", "winner_count", "terms", "lasts", "every", "created_by_id")
    assert [getattr(second, one) for one in same] == [getattr(first, one) for one in same]
    ((kind, told),) = await env.about(second)
    assert (kind, told["created_by_id"]) == (CREATED, str(HARBOUR_MASTER.user_id))

    await env.sweep_giveaways(6 * DAY)
    await env.giveaways.transitions.edit(
        HARBOUR_MASTER, second.id, GiveawayEdit(every=timedelta(0))
    )
    await env.sweep_giveaways(DAY)
    assert (await env.now(second)).has_ended
    assert len(await env.all_of_them()) == 2

    third, last = await env.made(every=7 * DAY), await env.made(every=7 * DAY)
    await env.giveaways.transitions.cancel(HARBOUR_MASTER, third.id)
    await env.process.settings.change(HARBOUR_MASTER, "giveaways", "enabled", False)
    await env.sweep_giveaways(30 * DAY)
    assert (await env.now(last)).has_ended
    assert len(await env.all_of_them()) == 4


async def test_a_cancelled_one_is_never_drawn(env: GiveawaysEnv) -> None:
    made = await env.made()
    await env.entered(made)
    await env.sweep_giveaways()
    await env.giveaways.transitions.cancel(HARBOUR_MASTER, made.id)
    await env.sweep_giveaways(2 * DAY)
    assert (await env.now(made)).state is GiveawayState.CANCELLED
    assert [kind for kind, _data in await env.about(made)] == [CREATED]
    (card,) = env.discord.lines.values()
    assert "nothing is drawn" in card.text
    assert card.buttons == ()
    with pytest.raises(UserError, match="It was cancelled"):
        await env.giveaways.entries.enter(env.entrant(), made.id)


async def test_a_step_that_does_not_lead_on_is_refused(env: GiveawaysEnv) -> None:
    made, transitions = await env.made(), env.giveaways.transitions
    with pytest.raises(UserError, match="is not paused"):
        await transitions.resume(HARBOUR_MASTER, made.id)
    await env.sweep_giveaways(DAY)
    for act in (transitions.pause, transitions.cancel, env.giveaways.end):
        with pytest.raises(UserError):
            await act(HARBOUR_MASTER, made.id)
    assert [kind for kind, _data in await env.about(made)] == [CREATED, ENDED]


async def test_another_guild_finds_nothing(env: GiveawaysEnv) -> None:
    made, drawn = await env.made(), await env.drawn()
    service = env.giveaways
    for act in (
        service.transitions.pause,
        service.transitions.resume,
        service.transitions.cancel,
        service.end,
        service.reroll,
    ):
        for one in (made, drawn):
            with pytest.raises(NotFound, match=f"no giveaway {one.id} in this server"):
                await act(STRANGER, one.id)
    with pytest.raises(NotFound):
        await service.transitions.edit(STRANGER, made.id, GiveawayEdit(prize="Mine"))
    for look in (service.overview, service.book, service.known):
        with pytest.raises(NotFound):
            await look(STRANGER.guild_id, drawn.id)
    assert (await service.page(STRANGER.guild_id, 1, is_whole=True)).total == 0
    assert await service.suggested(STRANGER.guild_id, "") == []


async def test_it_is_switched_off_and_bounded(
    env: GiveawaysEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "MOST", 2)
    await env.drawn()
    for _ in range(2):
        await env.made()
    with pytest.raises(UserError, match="can have 2 giveaways at a time"):
        await env.made()
    await env.process.settings.change(HARBOUR_MASTER, "giveaways", "enabled", False)
    with pytest.raises(UserError, match="switched off"):
        await env.made()


async def test_what_ended_long_ago_goes_with_its_entries(env: GiveawaysEnv) -> None:
    old = await env.drawn()
    env.clock.advance((179 * DAY).total_seconds())
    young = await env.drawn()
    env.clock.advance(HOUR.total_seconds())
    retention = OldGiveaways(env.giveaways.ports)
    gone = [count async for count in retention.prune(env.clock.now())]
    assert gone == [5, 0, 0]
    assert [one.id for one in await env.all_of_them()] == [young.id]
    left = {row["giveaway_id"] for row in await rows(env.emitter.database, entry)}
    assert left == {young.id}
    assert [one.subject_id for one in await env.posts(CARD)] == [young.id]
    assert old.id != young.id
