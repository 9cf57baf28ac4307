"""Scams in the demo: a taken-over account posts the same picture in three channels."""

import io

import zxingcpp
from PIL import Image, ImageDraw, ImageFont
from simcord import MemberActor
from simcord.builders import ChannelHandle

from bot.acts import Actor
from bot.app import App
from bot.demo.world import Refused, World
from bot.features.scams import SCAMS
from bot.features.settings import SETTINGS

LOGIN = "https://discord.com/ra/Qm9hdHMtYXJlLW5pY2UtYnV0LW5vdC10aGlzLW9uZQ"
HEADING = "Scan to claim your free gift"


class ScamActs:
    """Needs to be open: then pictures are looked at."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._app = app

    async def open(self) -> None:
        """The admin switches it on."""
        cast = self._world.cast
        admin = Actor(cast.guild.id, cast.admin.id, cast.admin.name)
        await self._app.parts[SETTINGS].service.change(admin, "scams", "enabled", True)

    async def post(self, member: MemberActor, *places: ChannelHandle) -> None:
        """The account posts the picture everywhere, and the bot deals with it."""
        picture = _picture()
        async with self._world.in_turn():
            for place in places:
                await member.send(place, "claim it now", attachments=[("gift.png", picture)])
        await self._app.parts[SCAMS].service.intake.idle()
        if any(one.author.id == member.id and one.attachments for one in places[0].history()):
            raise Refused("the picture still stands there")


def _picture() -> bytes:
    """A card with a login code, drawn here."""
    card = Image.new("RGB", (700, 460), "#22304f")
    ImageDraw.Draw(card).text((40, 40), HEADING, font=ImageFont.load_default(40), fill="white")
    library: object = zxingcpp
    code = getattr(library, "create_barcode")(LOGIN, zxingcpp.BarcodeFormat.QRCode)  # noqa: B009 - its options are untyped
    drawn = memoryview(zxingcpp.write_barcode_to_image(code, scale=6, add_quiet_zones=True))  # pyright: ignore[reportArgumentType] - it is a buffer
    rows, columns = drawn.shape or (0, 0)
    card.paste(Image.frombytes("L", (columns, rows), drawn.tobytes()).convert("RGB"), (40, 130))
    file = io.BytesIO()
    card.save(file, "PNG")
    return file.getvalue()
