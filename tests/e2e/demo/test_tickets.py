"""The guided demo's ticket in the pages of a browser, and the places that they lead to."""

import importlib.util

import pytest
from playwright.async_api import Browser, Page, expect

from bot.demo.buttons import show
from bot.demo.cast import ADMIN, MEMBERS, display
from bot.demo.main import GUIDED
from bot.demo.messages import awaited
from bot.demo.stage import Stage
from bot.demo.story import inspecting, previewing
from bot.demo.tickets import PANEL, SUBJECT
from bot.demo.world import Refused
from tests.e2e.demo.conftest import Screen

MISSING = [name for name in GUIDED if importlib.util.find_spec(name) is None]
needs_pages = pytest.mark.skipif(bool(MISSING), reason=f"needs the extra demo: {MISSING}")

PUBLIC = {"#general", "#help", "#quay-north", "#quay-east", "#quay-south"}
STAFF = {"#staff", "#mod-log", "#appeals", "#ticket-log"}


def seen_by(stage: Stage, user_id: int) -> set[str]:
    """The names of the places in which that person can be."""
    found = stage.world.map.places
    return {one.name for one in found if any(viewer.id == user_id for viewer in one.viewers)}


@pytest.mark.thorough("a whole demo")
async def test_the_staff_see_what_nobody_else_does(played: Stage) -> None:
    cast, acts = played.world.cast, played.tickets
    member, other = cast.members[0], cast.members[1]
    assert seen_by(played, member.id) == PUBLIC
    assert seen_by(played, cast.admin.id) == PUBLIC | STAFF

    await acts.ask(member)
    ticket = {"#support-1"}
    assert seen_by(played, member.id) == PUBLIC | ticket
    assert seen_by(played, other.id) == PUBLIC
    assert seen_by(played, cast.admin.id) == PUBLIC | STAFF | ticket
    card = await awaited(acts.room, "ticket:close:")
    assert card.author.id == played.env.backend.bot_user.id

    await played.moderation.warn(other)
    assert seen_by(played, other.id) == PUBLIC | {f"direct messages of {other.name}"}


async def test_a_refusal_is_told_and_no_second_ticket_opens(played: Stage) -> None:
    member = played.world.cast.members[0]
    await played.tickets.ask(member)
    with pytest.raises(Refused, match="open already"):
        await played.tickets.ask(member)
    assert played.env.errors == []


@pytest.mark.parametrize(
    ("command", "options"),
    [("purge", {"count": 1}), ("mute", {"user": 0}), ("quarantine", {"user": 0})],
)
async def test_the_admin_may_use_what_the_readme_names(
    played: Stage, command: str, options: dict[str, int]
) -> None:
    member = played.world.cast.members[0]
    named = {name: member if name == "user" else value for name, value in options.items()}
    result = await played.world.admin_types(command, **named)
    assert result.acknowledged
    assert played.env.errors == []
    roles = played.env.backend.get_guild(played.world.cast.guild.id).members[member.id].role_ids
    given = {"mute": "muted", "quarantine": "quarantine"}.get(command)
    held = {name for name in ("muted", "quarantine") if _id(played, name) in roles}
    assert held == ({given} if given else set())


def _id(stage: Stage, role: str) -> int:
    return int(getattr(stage.world.cast.roles, role).id)


async def test_nothing_is_shown_where_there_is_no_page(played: Stage) -> None:
    with pytest.raises(Refused, match="no page"):
        await show(played, str(played.world.cast.channels.help.id))
    with pytest.raises(Refused, match="any more"):
        await show(played, "1")


@pytest.mark.browser
@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
@needs_pages
async def test_a_person_goes_from_the_panel_to_the_ticket(
    browser: Browser, live: Stage, screen: Screen
) -> None:
    inspector = await browser.new_page()
    member = live.world.cast.members[0]
    async with previewing(live), inspecting(live, screen.terminal) as inspected:
        await inspector.goto(inspected.url)
        await goes_to(inspector, "#help")
        async with inspector.expect_popup() as opened:
            await inspector.get_by_role("link", name="simulated Discord").click()
        discord = await opened.value
        await expect(discord.get_by_role("heading", name=PANEL)).to_be_visible()
        people = discord.get_by_label("Viewing as")
        await people.select_option(display(member.name))
        await discord.get_by_role("button", name="Support").click()
        form = discord.get_by_role("dialog")
        await form.get_by_role("textbox").fill(SUBJECT)
        await form.get_by_role("button", name="Submit").click()
        await expect(discord.get_by_text("Your ticket 1 is open").first).to_be_visible()

        await goes_to(inspector, "#support-1")
        await discord.reload()
        options = discord.get_by_label("Viewing as").locator("option")
        await expect(options).to_have_text(
            [display(one) for one in (ADMIN, MEMBERS[0], MEMBERS[2])]
        )
        await expect(discord.get_by_role("heading", name=SUBJECT)).to_be_visible()
        await discord.get_by_role("button", name="Claim").click()
        await expect(discord.get_by_text("You are in charge of ticket 1.").first).to_be_visible()
        await expect(discord.get_by_role("button", name="Claim")).to_have_count(0)
        await discord.get_by_role("button", name="Close", exact=True).click()
        await discord.get_by_role("dialog").get_by_role("button", name="Submit").click()
        await expect(discord.get_by_text("Ticket 1 is closed.").first).to_be_visible()

        await goes_to(inspector, f"direct messages of {member.name}")
        await discord.reload()
        await expect(options).to_have_text([display(member.name)])
        await expect(discord.get_by_role("heading", name="Ticket closed")).to_be_visible()
    assert live.env.errors == []


async def goes_to(inspector: Page, place: str) -> None:
    """The person chooses a place in the inspector, and is told that it is shown."""
    await inspector.get_by_label("A place").select_option(place)
    await inspector.get_by_role("button", name=f"Go to {place}").click()
    await expect(inspector.get_by_text(f"shows {place} now")).to_be_visible()
