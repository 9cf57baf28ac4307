"""What staff say of pictures, on both engines: known by likeness, harmless to the byte."""

import io
import random
from collections.abc import Sequence

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.errors import NotFound, UserError
from bot.features.scams.known_pictures import KnownPictures
from bot.features.scams.tables import picture as pictures
from bot.scanner.pool import ScanFailed
from tests.integration.scams.scams_env import GULL, HARBOUR_MASTER, PILOT, ScamsEnv, ScansHere
from tests.support.emitter_setup import GUILD
from tests.support.scam_pictures import chart, encoded, look_alike, overlaid, png, scam, trimmed


@pytest.mark.thorough("pictures compared again and again", but="sqlite")
async def test_what_staff_confirm_is_known_and_what_others_know_is_only_shown(
    env: ScamsEnv,
) -> None:
    await env.choose("scams", sensitivity="high")
    original = scam(4)
    for channel in range(70, 73):
        await env.post(png(original), channel_id=channel)
    (shown,) = await env.detections()
    assert not shown.acts
    await env.scams.reviews.confirm(HARBOUR_MASTER, shown.id)
    with pytest.raises(UserError, match="decided already"):
        await env.scams.reviews.dismiss(PILOT, shown.id)
    await env.sweep()
    (card,) = env.said("Is this a scam?")
    assert card.buttons == ()
    assert card.picture is None
    assert "confirmed it" in card.below[0]

    env.clock.advance(120)
    await env.choose("scams", sensitivity="medium")
    for change in (encoded, trimmed, overlaid):
        await env.post(change(original, random.Random(1)), user_id=GULL)
        env.clock.advance(120)
    after = (await env.detections())[1:]
    assert [(one.acts, one.category) for one in after] == [(True, "known_picture")] * 3
    assert "looks like number 1" in after[0].signals[0]

    known = KnownPictures(env.database, env.tools.known.instance)
    seen = env.scams.inspection
    scanned = await seen.known_again(encoded(original, random.Random(2)))
    for asks_others, kinds in ((True, ["foreign"]), (False, [])):
        signals = await known.signals(
            GUILD + 1, scanned.seen[0], agrees=nobody, asks_others=asks_others
        )
        assert [one.kind for one in signals] == kinds


async def nobody(_known: Sequence[bytes]) -> list[float | None]:
    raise AssertionError("what another server knows is compared by its hash alone")


@pytest.mark.thorough("compares many pictures")
async def test_what_staff_dismiss_is_left_alone_to_the_byte_and_nothing_like_it(
    env: ScamsEnv,
) -> None:
    await env.scams.reviews.add(HARBOUR_MASTER, [await hung(env, png(scam(6)))], "a card")
    mistaken = encoded(scam(6), random.Random(5))
    await env.post(mistaken)
    (found,) = await env.detections()
    await env.scams.reviews.dismiss(HARBOUR_MASTER, found.id)

    env.clock.advance(120)
    await env.post(mistaken)
    assert len(await env.detections()) == 1
    await env.post(encoded(scam(6), random.Random(9)))
    assert len(await env.detections()) == 2

    with pytest.raises(NotFound):
        await env.scams.reviews.remove(GUILD + 1, 1)
    assert await env.scams.reviews.remove(GUILD, 1) == "a card"
    env.clock.advance(120)
    await env.post(encoded(scam(6), random.Random(10)))
    assert len(await env.detections()) == 2


@pytest.mark.thorough("compares many pictures")
async def test_only_the_picture_and_the_frame_that_gave_it_away_are_learnt(env: ScamsEnv) -> None:
    await env.scams.reviews.add(HARBOUR_MASTER, [await hung(env, png(scam(6)))], "a card")
    size, file = (640, 480), io.BytesIO()
    calm, hidden = (one.resize(size) for one in (chart(random.Random(3)), scam(6)))
    calm.save(file, "GIF", save_all=True, append_images=[hidden], duration=40)
    await env.post(png(chart(random.Random(8))), file.getvalue())
    (found,) = await env.detections()
    shown = Image.open(io.BytesIO(found.preview or b"")).convert("L")
    apart = ImageChops.difference(shown, hidden.convert("L").resize(shown.size))
    assert ImageStat.Stat(apart).mean[0] < 10
    await env.scams.reviews.confirm(HARBOUR_MASTER, found.id)

    await env.scams.reviews.remove(GUILD, 1)
    env.clock.advance(120)
    await env.post(png(chart(random.Random(8))), png(calm), user_id=GULL)
    assert len(await env.detections()) == 1
    await env.post(png(hidden), user_id=GULL)
    (_first, second) = await env.detections()
    assert "looks like number 2" in second.signals[0]


async def hung(env: ScamsEnv, content: bytes) -> str:
    """The address of a picture that is nobody's message."""
    return env.message(content).files[0].url


async def test_a_list_refuses_what_shows_nothing_and_says_why(env: ScamsEnv) -> None:
    for content, why in (
        (b"GIF89a", "broken|no picture"),
        (png(chart(random.Random(1)).resize((1, 1))), "next to nothing"),
    ):
        with pytest.raises(UserError, match=why):
            await env.scams.reviews.add(HARBOUR_MASTER, [await hung(env, content)], "")
    url = await hung(env, png(scam(1)))
    assert await env.scams.reviews.add(HARBOUR_MASTER, [url], "") == [1]
    assert await env.scams.reviews.add(HARBOUR_MASTER, [url], "") == []
    lines = (await env.scams.reviews.exported(GUILD)).splitlines()
    assert [line.split()[:2] for line in lines] == [["picture", "known_picture"]]


@pytest.mark.thorough("compares many pictures")
async def test_other_words_on_the_same_card_are_left_alone_and_old_rows_go_by_their_hashes(
    env: ScamsEnv,
) -> None:
    await env.choose("scams", sensitivity="high")
    await env.scams.reviews.add(HARBOUR_MASTER, [await hung(env, png(scam(1)))], "a card")
    await env.post(png(look_alike(1)))
    assert await env.detections() == []
    await env.post(encoded(scam(1), random.Random(3)))
    (found,) = await env.detections()
    assert "of its detail is the same" in found.signals[0]

    async with env.database.transaction() as tx:
        await tx.execute(pictures.update().values(thumbnail=None))
    env.renew()
    env.clock.advance(120)
    await env.post(png(look_alike(1)), user_id=GULL)
    (_first, mistaken) = await env.detections()
    assert "of 128 bits differ" in mistaken.signals[0]


class NeverInTime(ScansHere):
    """Scanner that finds no time to compare."""

    async def agreements(
        self, content: bytes, known: Sequence[bytes], *, frame: int
    ) -> list[float | None]:
        raise ScanFailed("time")


@pytest.mark.thorough("pictures compared again and again")
async def test_where_nobody_could_compare_it_goes_by_the_hashes_and_is_counted(
    env: ScamsEnv,
) -> None:
    await env.scams.reviews.add(HARBOUR_MASTER, [await hung(env, png(scam(1)))], "a card")
    env.tools.pool = NeverInTime()
    await env.post(encoded(scam(1), random.Random(3)))
    (found,) = await env.detections()
    assert "of 128 bits differ" in found.signals[0]
    assert env.tools.counts["time"] == 1
