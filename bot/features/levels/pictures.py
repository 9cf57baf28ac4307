"""Pictures of levels: what they show is read, portraits are fetched, and a thread draws."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.acts import ActFailed
from bot.features.levels.board_picture import BoardTitle, board_words, draw_board
from bot.features.levels.boards import BoardRow, BoardSpan, LevelBoards
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.rank_card import CardPerson, card_words, draw_card
from bot.people import Face
from bot.pictures.portraits import LARGEST, Portraits
from bot.storage.row_pages import RowPage
from bot.texts import N_, _

AT_ONCE = 2  # pictures; each takes a processor for some hundredths of a second
SPANS = {
    BoardSpan.ALL: N_("All times"),
    BoardSpan.WEEK: N_("This week"),
    BoardSpan.LAST_WEEK: N_("Last week"),
}


@dataclass(frozen=True, slots=True)
class LevelPicture:
    """Picture as a file, and in words; `number` of `pages`, where there are several."""

    image: bytes = field(repr=False)
    words: str
    number: int = 1
    pages: int = 1

    @property
    def has_more(self) -> bool:
        return self.number < self.pages


class LevelPictures:
    """Makes pictures, a few at once."""

    def __init__(self, ports: LevelsPorts, boards: LevelBoards) -> None:
        self._ports = ports
        self._boards = boards
        self._portraits = Portraits(self._read, failures=ActFailed)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def card(self, guild_id: int, face: Face) -> LevelPicture:
        """Somebody's rank card."""
        ranked = await self._boards.of(guild_id, face.user_id)
        people = await self._people({face.user_id: face})
        person = people[face.user_id]
        async with self._turns:
            image = await asyncio.to_thread(draw_card, person, ranked)
        return LevelPicture(image, card_words(face.name, ranked))

    async def board(
        self, guild_id: int, span: BoardSpan, number: int, mine: int | None = None
    ) -> LevelPicture:
        """A page of the board; whoever asks finds their row lit."""
        page = await self._boards.page(guild_id, span, number)
        return await self.drawn(guild_id, page, _(SPANS[span]), mine)

    async def drawn(
        self, guild_id: int, page: RowPage[BoardRow], span: str, mine: int | None = None
    ) -> LevelPicture:
        """A page that was read, as a picture."""
        people = await self._people(await self._faces(guild_id, [one.user_id for one in page.rows]))
        guild = self._ports.acts.guild(guild_id)
        pages = f"{page.number} / {page.pages}" if page.pages > 1 else ""
        title = BoardTitle("" if guild is None else guild.name, span, pages, mine)
        async with self._turns:
            image = await asyncio.to_thread(draw_board, title, page.rows, people)
        return LevelPicture(image, board_words(page.rows, people), page.number, page.pages)

    async def _faces(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, Face]:
        try:
            return await self._ports.acts.faces(guild_id, user_ids)
        except ActFailed:
            return {}  # their ids stand in

    async def _people(self, faces: Mapping[int, Face]) -> dict[int, CardPerson]:
        files = await self._portraits.files(one.picture_url for one in faces.values())
        return {
            user_id: CardPerson(user_id, face.name, files.get(face.picture_url))
            for user_id, face in faces.items()
        }

    async def _read(self, url: str) -> bytes:
        return await self._ports.acts.read_file(url, most=LARGEST)
