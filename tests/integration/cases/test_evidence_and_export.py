"""Evidence is kept byte for byte within its limits; an export is a table that runs nothing."""

import asyncio
import csv
import io

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.cases import queries, store
from bot.features.cases.evidence import PIECES
from bot.features.cases.model import Order
from bot.uploads import LARGEST, Upload
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, Fault

PICTURE = Upload("proof.png", "image/png", bytes(range(256)) * 4)


async def test_what_is_kept_comes_back_byte_for_byte(env: CasesEnv) -> None:
    await env.order("warn", env.someone())
    evidence = env.process.evidence
    number = await evidence.add(HARBOUR_MASTER, 1, PICTURE)
    exhibit, content = await evidence.fetch(GUILD, 1, number)
    assert content == PICTURE.content
    assert (exhibit.name, exhibit.media_type, exhibit.size) == ("proof.png", "image/png", 1024)
    assert (await env.process.book.view(GUILD, 1)).evidence == [exhibit]
    for look in (evidence.fetch(GUILD + 1, 1, number), evidence.fetch(GUILD, 1, number + 1)):
        with pytest.raises(NotFound):
            await look


@pytest.mark.parametrize(
    ("upload", "refusal"),
    [
        (Upload("a.png", "image/png", bytes(LARGEST + 1)), "too large"),
        (Upload("a.png", "image/png", b""), "empty"),
        (Upload("a.exe", "application/x-msdownload", b"MZ"), "can be a picture"),
        (Upload("a", None, b"x"), "can be a picture"),
        (Upload("a.png", "image/png\r\nX: y", b"x"), "can be a picture"),
    ],
)
async def test_what_does_not_fit_is_refused(env: CasesEnv, upload: Upload, refusal: str) -> None:
    await env.order("warn", env.someone())
    with pytest.raises(UserError, match=refusal):
        await env.process.evidence.add(HARBOUR_MASTER, 1, upload)


async def test_a_case_has_five_pieces_at_most_also_at_once(env: CasesEnv) -> None:
    await env.order("warn", env.someone())
    add = env.process.evidence.add
    results = await asyncio.gather(
        *(add(HARBOUR_MASTER, 1, PICTURE) for _ in range(PIECES + 3)), return_exceptions=True
    )
    assert sum(isinstance(one, UserError) for one in results) == 3
    assert len((await env.process.book.view(GUILD, 1)).evidence) == PIECES


async def test_it_goes_with_its_case(env: CasesEnv) -> None:
    await env.order("warn", env.someone())
    number = await env.process.evidence.add(HARBOUR_MASTER, 1, PICTURE)
    await env.process.book.delete(HARBOUR_MASTER, 1)
    with pytest.raises(NotFound):
        await env.process.evidence.fetch(GUILD, 1, number)


async def test_only_who_may_change_the_case_adds_to_it(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("warn", otter)
    with pytest.raises(UserError, match="You need the permission"):
        await env.process.evidence.add(Actor(GUILD, otter, "otter"), 1, PICTURE)


async def exported(env: CasesEnv) -> list[list[str]]:
    pieces = [piece async for piece in env.process.book.export(GUILD)]
    return list(csv.reader(io.StringIO(b"".join(pieces).decode(), newline=""), strict=True))


async def test_an_export_holds_every_case_that_was_told_of(env: CasesEnv) -> None:
    otter = env.someone(name="=cmd|calc")
    await env.order("warn", otter, reason='+1, "quoted"')
    env.discord.faults["ban"] = Fault.REFUSES
    with pytest.raises(UserError):
        await env.order("ban", otter)
    header, row = await exported(env)
    assert dict(zip(header, row, strict=True)) == {
        "number": "1",
        "type": "warn",
        "state": "active",
        "user_id": str(otter),
        "username": "'=cmd|calc",
        "moderator_id": str(MODERATOR),
        "moderator_name": "harbour_master",
        "reason": '\'+1, "quoted"',
        "source": "bot",
        "created_at": "2026-05-24T11:32:18+00:00",
        "expires_at": "",
    }


@pytest.mark.thorough("pages of rows")
async def test_an_export_is_read_in_pages(env: CasesEnv) -> None:
    otter = env.someone()
    async with env.emitter.database.transaction() as tx:
        for number in range(1, queries.STREAMED + 4):
            case = await store.add(
                tx,
                Order("note", otter),
                env.clock.now(),
                number=number,
                guild_id=GUILD,
                username="otter",
                moderator_id=1,
                moderator_name="m",
                state="active",
            )
            assert case.number == number
    pieces = [piece.count(b"\r\n") async for piece in env.process.book.export(GUILD)]
    assert pieces == [1, queries.STREAMED, 3]
