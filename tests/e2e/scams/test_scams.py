"""Scam pictures in the simulated Discord: the real downloads, the real workers, the real bot."""

import random

from simcord.backend import serializers
from simcord.results import InteractionResult

from tests.e2e.cases.scene import answer, said
from tests.e2e.scams.scene import ScamScene, login_picture
from tests.support.messages import read
from tests.support.scam_pictures import encoded, png, scam


async def test_a_taken_over_account_posts_and_staff_learn_from_it(scams: ScamScene) -> None:
    world = scams.world
    await scams.post(login_picture(), places=3)
    assert [len(place.history()) for place in scams.places] == [0, 0, 0, 0]
    assert is_timed_out(scams)
    log = scams.said(scams.log)
    assert "A scam (sure): a QR code that takes accounts over" in log
    assert log.count("was deleted") == 3
    (letter, *others) = [
        read(one)
        for one in world.member.user.dm_channel.history(viewer=world.member.user)
        if read(one).startswith("Your account may be taken over")
    ]
    assert others == []
    assert "Change your Discord password" in letter
    assert [kind for kind, _data in await scams.told()] == [
        "case.created",
        "security.scam_detected",
    ]

    await world.restart()
    (card,) = scams.review.history()
    outsider = await world.member.click(card, label="It is a scam")
    assert "permission" in said(outsider).lower()
    result = await scams.moderator.click(card, label="It is a scam")
    assert "is found from now on" in said(result)
    again = await scams.moderator.click(card, label="It is harmless")
    assert "decided already" in said(again)
    assert "takes accounts over" in said(await scams.does("list"))

    (entry,) = scams.log.history()
    await scams.moderator.click(entry, label="Undo")
    await scams.settled(10)
    assert not is_timed_out(scams)


async def test_the_picture_of_a_link_comes_with_an_edit(scams: ScamScene) -> None:
    backend, place = scams.world.env.backend, scams.places[0]
    (file,) = backend.store_attachments(place.id, [("1.png", login_picture())])
    shown = {"type": "image", "url": file["url"], "thumbnail": {"url": file["url"]}}

    async def looked_up(message_id: int) -> None:
        """Discord shows the picture; nobody has edited anything."""
        message = backend.get_message(place.id, message_id)
        message.embeds = [shown]
        backend.emit("MESSAGE_UPDATE", dict(serializers.message_payload(backend, message)))
        await scams.world.env.settle()
        await scams.settled()

    old = await scams.poster.send(place, "https://pictures.example/1")
    scams.world.clock.advance(700)
    await looked_up(old.id)  # as it is when somebody pins what was written long ago
    assert [one.id for one in place.history()] == [old.id]
    assert not is_timed_out(scams)
    backend.clock.advance(700)
    new = await scams.poster.send(place, "https://pictures.example/1")
    await looked_up(new.id)
    assert [one.id for one in place.history()] == [old.id]
    assert is_timed_out(scams)
    backend.edit_message(place.id, old.id, {"embeds": [shown]})
    await scams.world.env.settle()
    await scams.settled()
    assert place.history() == []


async def test_what_staff_do_with_the_list(scams: ScamScene) -> None:
    original = scam(5)
    assert "no picture" in said(await scams.does("list")).lower()
    assert "knows no pictures" in said(await scams.does("export"))
    await alone(scams, "add", "known now, as 1", picture=("a.png", png(original)), name="*Card*")
    await alone(scams, "add", "known already", picture=("a.png", png(original)))
    await alone(scams, "add", "cannot be added", picture=("a.png", b"none"))
    await alone(scams, "test", "It would act", picture=("b.jpg", encoded(original, chance())))
    await alone(scams, "test", "Nothing would be done", picture=("c.png", png(scam(40))))
    await alone(scams, "test", "no picture that I can read", picture=("c.png", b"none"))
    assert r"\*Card\*" in said(await scams.does("list"))
    status = said(await scams.does("status"))
    assert "It is on." in status
    assert "1 of 200" in status
    exported = answer(await scams.does("export"))
    assert [file.filename for file in exported.attachments] == ["known-scams.txt"]
    await alone(scams, "panel", "Scam pictures")
    await alone(scams, "remove", "is forgotten", picture=1)
    await alone(scams, "remove", "no picture 1", picture=1)

    message = await scams.post(png(original))
    await scams.moderator.context_menu(scams.places[0], "Mark as a scam", message)
    assert "Card" not in said(await scams.does("list"))
    await scams.settled(60)
    await scams.post(encoded(original, chance()))
    assert [one.id for one in scams.places[0].history()] == [message.id]


async def alone(scams: ScamScene, command: str, expected: str, **options: object) -> None:
    """What is answered, to whoever asks alone."""
    result: InteractionResult = await scams.does(command, **options)
    assert answer(result).ephemeral
    assert expected in said(result), said(result)


def chance() -> random.Random:
    return random.Random(3)


def is_timed_out(scams: ScamScene) -> bool:
    world = scams.world
    found = world.env.backend.get_member(world.guild.id, world.member.id)
    return found.timed_out_until is not None
