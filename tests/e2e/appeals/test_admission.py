"""Commands of `/appeals` by which staff let people appeal, or not; an approval's invite."""

import re
from typing import Any

import pytest

from bot.features.appeals.model import CannotAppeal, PageState
from tests.e2e.appeals.scene import AppealsScene
from tests.e2e.cases.scene import answer, said


async def banned(appeals: AppealsScene, **more: Any) -> None:
    await appeals.scene.does("ban", user=appeals.scene.otter, reason="Spam", **more)


async def test_the_link_is_handed_over_to_the_moderator_alone(appeals: AppealsScene) -> None:
    await banned(appeals)
    handed = await appeals.scene.does("appeals link", number=1)
    assert answer(handed).ephemeral
    assert "Give it to quiet\\_otter and to nobody else" in said(handed)
    found = re.search(r"`https://herald.example/appeals/(\S+)`", said(handed))
    assert found is not None
    assert (await appeals.service.submit(found[1], "Sorry")).state is PageState.OPEN


async def test_a_ban_can_be_final_and_be_opened_again(appeals: AppealsScene) -> None:
    await banned(appeals, appealable=False)
    appeals.scene.refused(
        await appeals.scene.does("appeals link", number=1),
        "Case 1 cannot be appealed; /appeals allow changes that.",
    )
    assert "cannot be appealed" in said(await appeals.scene.does("case view", number=1))
    assert "can be appealed" in said(await appeals.scene.does("appeals allow", number=1))
    assert "cannot be appealed" not in said(await appeals.scene.does("case view", number=1))
    token = await appeals.token()
    done = said(await appeals.scene.does("appeals forbid", number=1))
    assert "Case 1 cannot be appealed any more" in done
    with pytest.raises(CannotAppeal):
        await appeals.service.submit(token, "Sorry")


async def test_a_ban_for_a_time_can_be_final_too(appeals: AppealsScene) -> None:
    await appeals.scene.does("tempban", user=appeals.scene.otter, duration="7d", appealable=False)
    assert (await appeals.scene.case(1)).is_final


async def test_the_block_list_is_kept_by_whoever_may_ban(appeals: AppealsScene) -> None:
    otter = appeals.scene.otter.user
    assert "Nobody is on" in said(await appeals.scene.does("appeals blocked"))
    done = await appeals.scene.does("appeals block", user=otter, reason="[x](https://evil.example)")
    assert "quiet\\_otter cannot appeal here" in said(done)
    listed = await appeals.scene.does("appeals blocked")
    assert answer(listed).ephemeral
    assert f"`{otter.id}` · by moderator" in said(listed)
    assert "](https://" not in said(listed)
    await banned(appeals)
    appeals.scene.refused(await appeals.scene.does("appeals link", number=1), "block list")
    assert "can appeal again" in said(await appeals.scene.does("appeals unblock", user=otter))
    appeals.scene.refused(
        await appeals.scene.does("appeals unblock", user=otter), "They are not on the block list."
    )
    assert (await appeals.files()).attempt == 1


async def test_who_may_not_ban_decides_nothing_about_bans(appeals: AppealsScene) -> None:
    await banned(appeals)
    guest = appeals.scene.world.manager
    await appeals.scene.world.allow(guest, "appeals")
    for command, more in (
        ("appeals link", {"number": 1}),
        ("appeals forbid", {"number": 1}),
        ("appeals allow", {"number": 1}),
        ("appeals block", {"user": appeals.scene.otter.user}),
        ("appeals unblock", {"user": appeals.scene.otter.user}),
        ("appeals blocked", {}),
    ):
        refused = await guest.slash(appeals.scene.world.channel, command, **more)
        appeals.scene.refused(refused, "You need the permission")


async def test_an_approval_makes_an_invite_in_the_server(appeals: AppealsScene) -> None:
    await appeals.choose("invite_channel_id", appeals.channel.id)
    await appeals.banned()
    token = await appeals.token()
    await appeals.presses("Approve", "Welcome")
    page = await appeals.service.look(token)
    assert page.invite_url is not None
    (invite,) = appeals.scene.world.env.backend.invites.values()
    assert page.invite_url == f"https://discord.gg/{invite.code}"
    assert (invite.channel_id, invite.max_uses, invite.max_age) == (
        appeals.channel.id,
        1,
        7 * 86_400,
    )
