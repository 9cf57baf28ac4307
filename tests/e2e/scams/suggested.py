"""What is suggested of scams and of networks: many that are named alike."""

from bot.feature import Core
from bot.features.scams import picture_store
from bot.features.scams.evidence import SeenPicture
from bot.features.sync import store
from bot.scanner.hashes import Fingerprint


async def marked(core: Core, guild_id: int) -> None:
    """Pictures that are known as scams and networks of servers, each named like the others."""
    values = {"category": "known_picture", "added_by_id": 1, "added_at": core.clock.now()}
    async with core.database.transaction() as tx:
        for name in ("Net 10", "Net 1"):
            await store.found(tx, guild_id, name, core.clock.now())
        for number in range(30):
            seen = SeenPicture(bytes([number]), Fingerprint(number))
            await picture_store.add(tx, guild_id, seen, is_harmless=False, name="Card", **values)
