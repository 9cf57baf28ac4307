"""A deleted case leaves its line in the moderation log: it is to say so, and nothing else."""

from bot.acts import ActFailed, ActRefused
from bot.features.cases import messages
from bot.features.cases.lines import Line, LineStore
from bot.features.cases.model import Case
from bot.features.cases.paying import LINE_FRESH
from bot.features.cases.ports import Tools
from bot.logs import get_logger
from bot.storage.database import Transaction
from bot.storage.sweep import each

_log = get_logger("herald.cases")


class Striking:
    """The row is written with the deletion; what a crash left a sweep finds."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._store = LineStore()

    async def owe(self, tx: Transaction, case: Case, by_id: int) -> Line | None:
        """In the transaction that deletes the case; None where it has no line."""
        return await self._store.add(tx, case, by_id, self._tools.clock.now())

    async def strike(self, line: Line) -> None:
        """Draw the line anew; without an answer it stays owed for a day."""
        acts, now = self._tools.acts, self._tools.clock.now()
        post = messages.struck(line.number, line.by_id)
        try:
            await acts.redraw(line.guild_id, line.channel_id, line.message_id, post)
        except ActRefused as error:
            _log.warning("case.not_struck", number=line.number, error=str(error))
        except ActFailed as error:
            _log.info("case.struck_later", number=line.number, error=str(error))
            if now - line.created_at <= LINE_FRESH:
                return
        async with self._tools.database.transaction() as tx:
            await self._store.remove(tx, line)

    async def sweep(self) -> None:
        """Every line that is owed."""
        await each(self._tools.database, self._tools.clock, self._store.take, self.strike)
