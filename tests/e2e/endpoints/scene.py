"""A running bot in a simulated Discord, with somebody who may manage the server and a receiver."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.results import InteractionResult, ResponseMessage
from sqlalchemy import text

from bot.app import App
from bot.client import HeraldClient
from tests.support.messages import components_of, text_of
from tests.support.receiver import Receiver

BUTTON, SELECT = 2, 3  # types of components
# Without members, whose joins would come between what the tests send.
COGS = ("cogs.endpoints", "cogs.settings")
TABLES = ("endpoint", "subscription", "event", "delivery", "audit_entry")


@dataclass(slots=True)
class Scene:
    """What a test acts with; `admin` may manage the server, `member` may not."""

    app: App
    env: simcord.Env
    receiver: Receiver
    guild: GuildHandle
    channel: ChannelHandle
    admin: MemberActor
    member: MemberActor

    async def webhook(self, command: str, **options: Any) -> InteractionResult:
        """The admin uses `/webhook <command>`."""
        return await self.admin.slash(self.channel, f"webhook {command}", **options)

    async def create(self, name: str = "backend", **options: Any) -> InteractionResult:
        """The admin adds the receiver, which learns the secret that the admin is shown."""
        chosen: dict[str, Any] = {"url": self.receiver.url(), "events": "member.*", **options}
        result = await self.webhook("create", name=name, **chosen)
        self.receiver.secret = secret_in(said(result))
        return result

    async def rows(self) -> dict[str, list[Mapping[str, Any]]]:
        """Everything stored that a command could change."""
        async with self.app.emitter.database.reading() as reading:
            return {
                table: [
                    dict(row)
                    for row in (
                        await reading.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
                    ).mappings()
                ]
                for table in TABLES
            }

    def lose_rights(self, actor: MemberActor) -> None:
        """Take every role from somebody."""
        self.env.backend.get_guild(self.guild.id).members[actor.id].role_ids.clear()

    async def give_away(self, endpoint_id: int, *, guild_id: int) -> None:
        """Make an endpoint another server's."""
        async with self.app.emitter.database.transaction() as tx:
            change = text("UPDATE endpoint SET guild_id = :guild_id WHERE id = :id")
            await tx.execute(change, {"guild_id": guild_id, "id": endpoint_id})

    async def restart(self) -> None:
        """The same process with a client that knows nothing of what was sent before."""
        self.app.client = HeraldClient(self.app.parts, COGS)
        await self.env.restart_bot(self.app.client)

    async def sent(self) -> None:
        """Return when nothing is under way and every outcome is recorded."""
        await self.app.emitter.worker.idle()


def answer(result: InteractionResult) -> ResponseMessage:
    """The one message that answers; nobody else sees it."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    assert message.ephemeral
    return message


def said(result: InteractionResult) -> str:
    """The answer's text, whatever it is made of."""
    return text_of(answer(result))


def secret_in(content: str) -> str:
    """The secret in its code block."""
    found = re.search(r"```\n(whsec_[\w+/=-]{43,44})\n```", content)
    assert found is not None, content
    return found.group(1)


def labels(message: ResponseMessage) -> dict[str, bool]:
    """The buttons by their labels, and whether each can be pressed."""
    return {
        item["label"]: not item.get("disabled", False)
        for item in components_of(message)
        if item["type"] == BUTTON
    }


def ticked(message: ResponseMessage) -> list[list[str]]:
    """Each select's chosen options."""
    return [
        [option["value"] for option in item["options"] if option.get("default")]
        for item in components_of(message)
        if item["type"] == SELECT
    ]


def custom_id(message: ResponseMessage, part: str) -> str:
    """The one custom id that holds this part."""
    (found,) = [i["custom_id"] for i in components_of(message) if part in i.get("custom_id", "")]
    return str(found)
