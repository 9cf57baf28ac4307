"""Incoming webhook in the demo: a shop outside of Discord pays somebody, and asks twice."""

import json
import re
from typing import Any

import aiohttp
from simcord import MemberActor

from bot.clock import Clock
from bot.demo.messages import texts
from bot.demo.world import Refused, World
from bot.features.incoming.signature import signed

PAID_FOR = "Order 1042 of the chandlery"
KEY = "order-1042"
_BLOCK = re.compile(r"```\n(\S+)\n```")


class ShopActs:
    """What the shop does, with the address and the secret that the admin was shown."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._address, self._secret = "", ""

    async def invite(self) -> None:
        """The admin types `/webhook incoming create`, and gives the shop both."""
        answer = await self._world.admin_types(
            "webhook incoming create", name="shop", actions="ADD_BALANCE"
        )
        shown = " ".join(texts(answer))
        match _BLOCK.findall(shown):
            case [address, secret]:
                self._address, self._secret = str(address), str(secret)
            case _:
                raise Refused(shown or "The bot did not answer.")

    async def pay(self, member: MemberActor) -> None:
        """The shop pushes money in, and once more as if no answer had come: it is paid once."""
        asked = {
            "action": "ADD_BALANCE",
            "userId": str(member.id),
            "amount": "5",
            "reason": PAID_FOR,
        }
        first, again = await self._pushed(asked), await self._pushed(asked)
        if again != {**first, "replayed": True}:
            raise Refused(f"The shop was answered {first}, then {again}.")

    async def _pushed(self, asked: dict[str, Any]) -> dict[str, Any]:
        body, now = json.dumps(asked).encode(), str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": now,
            "X-Signature": signed(self._secret, body, now),
            "X-Idempotency-Key": KEY,
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._address, data=body, headers=headers) as response,
        ):
            answer: dict[str, Any] = await response.json()
        if not answer.get("ok"):
            raise Refused(f"The shop was answered {answer}.")
        return answer
