"""Steps of a scenario in bad weather: what people do by hand on Discord."""

import random
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

from tests.chaos.gateway_native import NATIVE
from tests.chaos.gateway_scene import PLAIN, Scene, Step
from tests.support.discord_server import payloads
from tests.support.discord_server.payloads import CHANNEL_ID, OWNER_ID
from tests.support.discord_server.populated_guild import FRIEND, GUILD, KICK, MUTED
from tests.support.scam_pictures import photo, png, with_code

KNOWN = 590  # of whom both have warned
FORBIDDEN = "cheap boats"  # what automod deletes
RAIDERS, VICTIMS = 4, 5
LOGIN = "https://discord.com/ra/Xy7pLm2QwErTyUiOpAsDfGhJkLzXcVbN_-1234567890"


@cache
def login_picture() -> bytes:
    """A picture with a code that takes an account over."""
    chance = random.Random(1)
    return png(with_code(photo(chance).resize((640, 480)), LOGIN, chance))


async def comes(scene: Scene) -> None:
    await scene.tell(scene.guild.come(next(scene.numbers)))


async def returns(scene: Scene) -> None:
    """Somebody leaves, and is back at once."""
    user_id = scene.somebody()
    await scene.tell(scene.guild.go(user_id))
    scene.guild.ahead += timedelta(seconds=2)
    await scene.tell(scene.guild.come(user_id))


async def goes(scene: Scene) -> None:
    await scene.tell(scene.guild.go(scene.somebody()))


async def is_kicked(scene: Scene) -> None:
    user_id = scene.somebody()
    await scene.tell([*scene.guild.go(user_id), scene.guild.enters(KICK, user_id)])


async def is_banned(scene: Scene) -> None:
    await scene.tell(scene.guild.ban_by(scene.somebody()))


async def is_unbanned(scene: Scene) -> None:
    if scene.guild.bans:
        await scene.tell(scene.guild.unban(scene.chance.choice(scene.banned())))


async def is_silenced(scene: Scene) -> None:
    until = scene.guild.now() + timedelta(hours=scene.chance.randint(1, 9))
    await scene.tell(scene.guild.silence(scene.somebody(), until))


async def may_speak(scene: Scene) -> None:
    """Somebody's timeout is lifted, whoever gave it."""
    silenced = [
        one
        for one in scene.present()
        if scene.guild.members[one].get("communication_disabled_until")
    ]
    if silenced:
        await scene.tell(scene.guild.silence(scene.chance.choice(silenced), None))


async def is_unmuted(scene: Scene) -> None:
    """Somebody's muting role is taken, whoever gave it."""
    muted = [one for one in scene.present() if str(MUTED) in scene.guild.members[one]["roles"]]
    if muted:
        await scene.tell(scene.guild.hand_role(scene.chance.choice(muted), MUTED, give=False))


async def role_is_changed(scene: Scene) -> None:
    """Somebody's level role is given or taken by hand."""
    user_id = scene.somebody()
    has = str(FRIEND) in scene.guild.members[user_id]["roles"]
    await scene.tell(scene.guild.hand_role(user_id, FRIEND, give=not has))


async def room_is_deleted(scene: Scene) -> None:
    if scene.guild.rooms:
        await scene.tell(scene.guild.tear_down(scene.chance.choice(sorted(scene.guild.rooms))))


async def channel_is_made(scene: Scene) -> None:
    plain = payloads.guild(0)["channels"][0]
    number = scene.guild.new_id()
    room = {**plain, "id": str(number), "guild_id": GUILD, "name": PLAIN}
    scene.guild.rooms[number] = room
    await scene.tell([("CHANNEL_CREATE", room)])


async def rights_are_changed(scene: Scene) -> None:
    await scene.tell(scene.guild.allow(FRIEND, 0, 1 << 3))


async def says(scene: Scene) -> None:
    user_id = scene.somebody()
    text = f"The tide of {scene.guild.new_id()}"
    await scene.tell([scene.guild.write(CHANNEL_ID, user_id, text)])


async def advertises(scene: Scene) -> None:
    """Somebody writes what automod deletes."""
    user_id = scene.somebody()
    event, message = scene.guild.write(CHANNEL_ID, user_id, f"So {FORBIDDEN}!")
    scene.scolded[int(message["id"])] = user_id
    await scene.tell([(event, message)])


async def writes_in_ticket(scene: Scene) -> None:
    for room in scene.ticket_rooms()[-2:]:
        told = scene.guild.write(room, OWNER_ID, f"Where is boat {scene.guild.new_id()}?")
        await scene.tell([told])


async def edits_in_ticket(scene: Scene) -> None:
    """Somebody edits one message, or deletes it."""
    for room in scene.guild.rooms:
        theirs = [
            int(one["id"])
            for one in scene.guild.written.get(room, ())
            if one["author"]["id"] == str(OWNER_ID)
        ]
        if theirs:
            number = scene.chance.choice(theirs)
            if scene.chance.random() < 0.5:
                await scene.tell(scene.guild.wipe(room, number))
            else:
                await scene.tell(scene.guild.rewrite(room, number, "Found it"))


async def raiders_come(scene: Scene) -> None:
    for _ in range(RAIDERS):
        await comes(scene)


async def nukes(scene: Scene) -> None:
    """Somebody with rights bans many people who are no members."""
    by_id = scene.somebody()
    for _ in range(VICTIMS):
        victim = next(scene.numbers)
        scene.guild.names[victim] = f"otter_{victim}"
        await scene.tell(scene.guild.ban_by(victim, by_id))


async def known_one_comes(scene: Scene) -> None:
    """Somebody joins of whom other servers have warned."""
    if KNOWN not in scene.guild.members and KNOWN not in scene.guild.bans:
        await scene.tell(scene.guild.come(KNOWN))


async def is_banned_elsewhere(scene: Scene) -> None:
    """Another server of the network shares a ban."""
    assert await scene.life.asked(f"share {scene.somebody()}") == "shared"


async def posts_scam(scene: Scene) -> None:
    """Somebody posts a picture whose code takes accounts over."""
    user_id, number = scene.somebody(), scene.guild.new_id()
    name = str(number)
    scene.guild.files[name] = login_picture()
    event, message = scene.guild.write(CHANNEL_ID, user_id, "Look")
    scene.scams[int(message["id"])] = (user_id, name)
    url = f"{scene.server.api}/v10/files/{name}"
    files = [payloads.attachment(number, url, len(scene.guild.files[name]))]
    await scene.tell([(event, {**message, "attachments": files})])


async def sit_down(scene: Scene) -> None:
    """Some come into the voice channel."""
    away = [one for one in scene.present() if one not in scene.guild.voices]
    for user_id in scene.chance.sample(away, min(len(away), 2)):
        await scene.tell(scene.guild.sit_down(user_id))


async def stands_up(scene: Scene) -> None:
    """Somebody leaves the voice channel."""
    if scene.guild.voices:
        await scene.tell(scene.guild.stand_up(scene.chance.choice(sorted(scene.guild.voices))))


HANDS: Mapping[str, Step] = {
    **NATIVE,
    **{
        one.__name__: one
        for one in (
            comes,
            returns,
            goes,
            is_kicked,
            is_banned,
            is_unbanned,
            is_silenced,
            may_speak,
            is_unmuted,
            role_is_changed,
            room_is_deleted,
            channel_is_made,
            rights_are_changed,
            says,
            advertises,
            writes_in_ticket,
            edits_in_ticket,
            raiders_come,
            nukes,
            known_one_comes,
            is_banned_elsewhere,
            posts_scam,
            sit_down,
            stands_up,
        )
    },
}
