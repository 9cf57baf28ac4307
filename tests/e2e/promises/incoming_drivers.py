"""Driver of incoming webhooks: what a program asks for is told as the server's own."""

import json
from typing import Any

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config
from bot.features.cases import CASES
from bot.features.cases.records import Changes
from bot.features.incoming import INCOMING
from bot.features.incoming.actions import NAMES
from bot.features.incoming.service import IncomingSecret
from bot.features.incoming.signature import PushRequest, signed
from bot.features.settings import SETTINGS
from tests.e2e.tickets.scene import TicketScene, ticket_scene
from tests.support.receiver import Receiver
from tests.support.simulated import Told


async def incoming(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """Money, a warning that is edited and deleted, and a ticket, all pushed in."""
    async with ticket_scene(config, clock, receiver) as scene:
        world = scene.world
        settings = world.app.parts[SETTINGS].service
        await settings.change(scene.actor, "economy", "enabled", True)
        push = await pushing(scene)
        who = {"userId": str(world.member.id)}
        await push({"action": "ADD_BALANCE", **who, "amount": "5", "reason": "A rope"})
        made = await push({"action": "CREATE_CASE", **who, "type": "warn", "reason": "Spam"})
        ticket = await push({"action": "OPEN_TICKET", **who, "ticketTypeId": scene.type.id})
        await push({"action": "CLOSE_TICKET", "ticketId": ticket["ticketId"]})
        await scene.sweep()
        records, guild = world.app.parts[CASES].records, world.app.parts.core.acts.guild
        seen = guild(world.guild.id)
        assert seen is not None
        owner = Actor(world.guild.id, seen.owner_id or 0, "owner")
        await records.edit(owner, made["caseNumber"], Changes(reason="Boats"))
        await records.delete(owner, made["caseNumber"])
        return await world.told(receiver)


async def pushing(scene: TicketScene) -> Any:
    """What pushes an action in, through a webhook of the staff's; its result."""
    parts = scene.world.app.parts
    parts[INCOMING].ports.public_url = "https://herald.example"
    actor = Actor(scene.world.guild.id, scene.world.manager.id, "harbour_master")

    async def shown(_new: IncomingSecret) -> None:
        """Nobody looks."""

    made, secret = await parts[INCOMING].service.create(actor, "shop", NAMES, rate=30, show=shown)

    async def push(asked: dict[str, Any]) -> Any:
        body = json.dumps(asked).encode()
        request = PushRequest(
            str(made.webhook.uuid), body, signed(secret, body), keys=(asked["action"],)
        )
        result = await parts[INCOMING].door.push(request)
        assert result.status == 200, result
        return result.document["result"]

    return push
