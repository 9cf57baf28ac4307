"""What a settled case still owes: a letter to the person, a line in the moderation log."""

import asyncio
from datetime import timedelta

from bot.acts import ActFailed, ActRefused, Acts
from bot.features.cases import messages, store
from bot.features.cases.model import Case, CaseState, Told
from bot.features.cases.ports import Tools
from bot.features.cases.settings import CasesSettings
from bot.logs import get_logger

LETTER_SECONDS = 3.0  # of real time that Discord may take for a direct message
FRESH = timedelta(hours=1)  # a letter later than this would only confuse
LINE_FRESH = timedelta(days=1)

_log = get_logger("herald.cases")


class Paying:
    """Writes what is owed, and writes down that it did; what a crash left a sweep finds.

    The caller holds the person's turn, so that nothing is sent twice at once.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def letter(self, case: Case) -> Told:
        """Write to the person, in three seconds at most; what came of it."""
        acts = self._tools.acts
        guild = acts.guild(case.guild_id)
        if guild is None:
            return Told.LATE
        if acts.standing(case.guild_id, case.user_id) is None:
            return Told.CLOSED  # no server is shared, as far as the bot can know
        try:
            async with asyncio.timeout(LETTER_SECONDS):
                url = await self._tools.appeal_link(case)
                await acts.tell(case.user_id, messages.letter(case, guild.name, url))
        except ActRefused:
            return Told.CLOSED
        except (TimeoutError, ActFailed):
            return Told.LATE
        return Told.SENT

    async def pay(self, case: Case) -> Case:
        """Send what is owed, the letter first: the line in the log says what became of it."""
        if case.told is Told.OWED:
            is_fresh = self._tools.clock.now() - case.created_at <= FRESH
            told = await self.letter(case) if is_fresh else Told.LATE
            async with self._tools.database.transaction() as tx:
                case = await store.change(tx, case, told=told.value) or case
        if case.logged is Told.OWED:
            case = await self._line(case)
        return case

    async def owe_line(self, case: Case) -> Case:
        """The case changed: bring its line in the log up to what it is now."""
        if case.log_message_id is None or case.state is CaseState.PENDING:
            return case
        async with self._tools.database.transaction() as tx:
            case = await store.change(tx, case, logged=Told.OWED.value) or case
        return await self.pay(case)

    async def _line(self, case: Case) -> Case:
        try:
            values = await self._written(self._tools.acts, case)
        except ActRefused as error:
            _log.warning("case.not_logged", case=case.id, error=str(error))
            values = {"logged": Told.CLOSED.value}
        except ActFailed as error:
            _log.info("case.logged_later", case=case.id, error=str(error))
            since = case.settled_at or case.created_at
            if self._tools.clock.now() - since <= LINE_FRESH:
                return case
            values = {"logged": Told.LATE.value}
        async with self._tools.database.transaction() as tx:
            return await store.change(tx, case, **values) or case

    async def _written(self, acts: Acts, case: Case) -> dict[str, object]:
        """Send the line, or redraw the one that is there; what the row is to say of it."""
        entry = messages.entry(case)
        channel_id, message_id = case.log_channel_id, case.log_message_id
        if channel_id is not None and message_id is not None:
            await acts.redraw(case.guild_id, channel_id, message_id, entry)
            return {"logged": Told.SENT.value}
        settings = await self._tools.settings.get(case.guild_id, CasesSettings)
        channel_id = settings.log_channel_id
        if channel_id is None:
            return {"logged": Told.NONE.value}
        message_id = await acts.send(case.guild_id, channel_id, entry)
        return {
            "logged": Told.SENT.value,
            "log_channel_id": channel_id,
            "log_message_id": message_id,
        }
