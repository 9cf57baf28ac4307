"""Rooms of the fake Discord port: channels and threads, who is in them, what stands there."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.acts import ActRefused, Gone
from bot.rooms import Guest, RoomPlan, RoomSeen, Writing
from tests.support.fake_guild import FakeGuild, Fault


@dataclass(slots=True)
class FakeRoom:
    """A channel or a thread that was made."""

    plan: RoomPlan
    made_at: datetime
    guests: dict[int, Guest] = field(default_factory=dict[int, Guest])
    is_shut: bool = False
    is_public: bool = False
    pinned: list[int] = field(default_factory=list[int])


class FakeRoomReads(FakeGuild):
    """Rooms by their ids, and what can be seen of them."""

    def __init__(self) -> None:
        super().__init__()
        self.rooms = dict[int, FakeRoom]()
        self.room_id = 5_000_000  # the last that was given
        self.unheard = set[int]()  # rooms of which the gateway did not tell
        self.crowded = dict[int | None, int]()  # channels beside those that are known here
        self.written = dict[int, list[Writing]]()
        self.files = dict[str, bytes]()
        self.made_at: datetime | None = None  # what Discord's clock says, where it must

    async def find_rooms(
        self, guild_id: int, plan: RoomPlan, *, since: datetime, anew: bool = False
    ) -> list[int]:
        await self._fault("find_rooms", plan.parent_id or 0)
        return [
            one
            for one, room in self.rooms.items()
            if room.made_at >= since
            and _mark(room.plan) == _mark(plan)
            and (anew or one not in self.unheard)
        ]

    async def room(self, guild_id: int, channel_id: int, *, anew: bool = False) -> RoomSeen:
        await self._fault("room", channel_id)
        room, guests = self._room(channel_id), list[Guest]()
        for one in room.guests.values():
            someone = self.people.get(one.id)
            roles = frozenset(someone.role_ids if someone else ())
            guests.append(replace(one, role_ids=roles))
        return RoomSeen(
            channel_id,
            room.plan.name,
            room.plan.parent_id,
            room.plan.is_thread,
            room.is_public,
            is_shut=room.is_shut,
            guests=tuple(guests) if anew or not room.plan.is_thread else None,
        )

    def channels_in(self, guild_id: int, category_id: int | None) -> int:
        mine = [one for one in self.rooms.values() if not one.plan.is_thread]
        counted = (
            mine
            if category_id is None
            else [one for one in mine if one.plan.parent_id == category_id]
        )
        return len(counted) + self.crowded.get(category_id, 0)

    async def writings(
        self, guild_id: int, channel_id: int, *, after_id: int | None
    ) -> AsyncIterator[Writing]:
        await self._fault("writings", channel_id)
        self._room(channel_id)
        for one in list(self.written.get(channel_id, ())):
            if one.message_id > (after_id or 0):
                yield one

    async def read_file(self, url: str, *, most: int) -> bytes:
        await self._fault("read_file", 0)
        if url not in self.files:
            raise Gone("the file is gone")
        if len(self.files[url]) > most:
            raise ActRefused("the file is too large")
        return self.files[url]

    def _room(self, channel_id: int) -> FakeRoom:
        if channel_id not in self.rooms:
            raise Gone("Unknown Channel")
        return self.rooms[channel_id]

    async def _do(self, name: str, about: int, do: Any) -> None:
        """Done also where no answer says so."""
        fault = self.faults.get(f"{name} {about}", self.faults.get(name))
        if fault in (Fault.LATE, Fault.CRASH_AFTER):
            do()
        await self._fault(name, about)
        do()


def _mark(plan: RoomPlan) -> tuple[str, int | None]:
    """What a room is found by: a thread has no topic."""
    return plan.name if plan.is_thread else plan.topic, plan.parent_id


class FakeRooms(FakeRoomReads):
    """What can be done with them."""

    async def make_room(self, guild_id: int, plan: RoomPlan, *, reason: str) -> int:
        def do() -> None:
            if self.channels_in(guild_id, None) >= 500:
                raise ActRefused("Maximum number of server channels reached (500)")
            if plan.parent_id and self.channels_in(guild_id, plan.parent_id) >= 50:
                raise ActRefused("Maximum number of channels in category reached (50)")
            self.room_id += 1
            guests = {} if plan.is_thread else {one.id: one for one in plan.guests}
            assert self.made_at is not None
            self.rooms[self.room_id] = FakeRoom(plan, self.made_at, guests)

        await self._do("make_room", plan.parent_id or 0, do)
        made = self.room_id
        for guest in plan.guests if plan.is_thread else ():
            if not guest.is_role:
                await self.admit(guild_id, made, guest, reason=reason)
        return made

    async def admit(self, guild_id: int, channel_id: int, guest: Guest, *, reason: str) -> None:
        def do() -> None:
            if not guest.is_role and guest.id not in self.people:
                raise Gone("Unknown Member")
            self._room(channel_id).guests[guest.id] = guest

        await self._do("admit", guest.id, do)

    async def shut_out(self, guild_id: int, channel_id: int, guest: Guest, *, reason: str) -> None:
        def do() -> None:
            self._room(channel_id).guests.pop(guest.id, None)

        await self._do("shut_out", guest.id, do)

    async def shut_room(
        self, guild_id: int, channel_id: int, guests: Sequence[Guest], *, shut: bool, reason: str
    ) -> None:
        def do() -> None:
            room = self._room(channel_id)
            room.is_shut = shut
            for guest in guests:
                if not guest.is_role and guest.id not in self.people:
                    continue
                room.guests[guest.id] = replace(guest, may_write=not shut)

        await self._do("shut_room", channel_id, do)

    async def rename_room(self, guild_id: int, channel_id: int, name: str, *, reason: str) -> None:
        def do() -> None:
            room = self._room(channel_id)
            room.plan = replace(room.plan, name=name)

        await self._do("rename_room", channel_id, do)

    async def move_room(
        self, guild_id: int, channel_id: int, category_id: int, *, reason: str
    ) -> None:
        def do() -> None:
            room = self._room(channel_id)
            if category_id in self.gone_channels:
                raise Gone("Unknown Channel")
            room.plan = replace(room.plan, parent_id=category_id)

        await self._do("move_room", channel_id, do)

    async def delete_room(self, guild_id: int, channel_id: int, *, reason: str) -> None:
        def do() -> None:
            self._room(channel_id)
            del self.rooms[channel_id]

        await self._do("delete_room", channel_id, do)

    async def pin(self, guild_id: int, channel_id: int, message_id: int, *, reason: str) -> None:
        def do() -> None:
            self._room(channel_id).pinned.append(message_id)

        await self._do("pin", message_id, do)
