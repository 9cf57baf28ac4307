"""Upkeep of the muting role: what it denies elsewhere it denies in a new channel as well."""

from bot.acts import ActFailed
from bot.features.cases.ports import CasesPorts
from bot.features.cases.remarks import Remarks
from bot.features.cases.settings import CasesSettings
from bot.logs import get_logger

_log = get_logger("herald.cases")


class MuteUpkeep:
    """Upkeep for channels that are made while the bot is there; the log has what went wrong."""

    def __init__(self, ports: CasesPorts, remarks: Remarks) -> None:
        self._ports = ports
        self._remarks = remarks

    async def created(self, guild_id: int, channel_id: int) -> None:
        """Somebody made a channel, or a category."""
        settings = await self._ports.settings.get(guild_id, CasesSettings)
        role_id = settings.mute_role_id
        if not settings.enabled or not settings.keep_muted or role_id is None:
            return
        try:
            await self._ports.acts.silence(
                guild_id, channel_id, role_id, reason="the muting role, kept up in a new channel"
            )
        except ActFailed as error:
            _log.warning("case.mute_not_kept", channel=channel_id, error=str(error))
            await self._remarks.unkept(guild_id, channel_id, str(error))
