"""Login at Discord for requests alone, without a gateway; tried again where nobody answers."""

import asyncio
from datetime import datetime, timedelta

import discord

from bot.acts import ActFailed, ActUnknown
from bot.client.answer_dates import answer_dates
from bot.client.discord_calls import answered
from bot.client.standin import use_standin
from bot.clock import Clock
from bot.clock_skew import ClockSkew
from bot.config import Config
from bot.logs import get_logger
from bot.texts import _

NEXT_TRY = timedelta(seconds=10)  # whoever asks meanwhile does not wait for an answer
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0  # seconds between two tries that nobody asked for

_log = get_logger("herald.discord")


class RestLogin:
    """Login with the token of the configuration; `client` is there once it is accepted."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        *,
        intents: discord.Intents,
        skew: ClockSkew,
        answer_seconds: float,
    ) -> None:
        self._config, self._clock, self._skew = config, clock, skew
        self._intents = intents
        self._answer_seconds = answer_seconds
        self._entrance = asyncio.Lock()
        self._failed: tuple[datetime, str] | None = None
        self._trying: asyncio.Task[None] | None = None
        self._is_over = False
        self.client: discord.Client | None = None

    async def open(self) -> None:
        """Log in; discord.LoginFailure where Discord refuses the token.

        Where it gives no answer it is asked again and again, by itself.
        """
        try:
            await self.log_in()
        except ActUnknown as error:
            if isinstance(error.__cause__, discord.LoginFailure):
                raise error.__cause__ from None
            _log.warning("discord.not_logged_in", error=str(error), retry_in=FIRST_PAUSE)
            self._trying = asyncio.create_task(self._log_in_later(), name="discord login")

    async def close(self) -> None:
        """Open or not; nobody logs in after it."""
        self._is_over = True
        trying, self._trying = self._trying, None
        if trying is not None:
            trying.cancel()
            await asyncio.wait((trying,))
        async with self._entrance:
            client, self.client = self.client, None
        if client is not None:
            await client.close()

    async def log_in(self) -> discord.Client:
        """The client that has logged in; ActUnknown where it cannot."""
        if self.client is not None:
            return self.client
        async with self._entrance:
            if self.client is None:
                self._refuse_again()
                try:
                    self.client = await self._made()
                except ActFailed as error:
                    self._failed = self._clock.now(), str(error)
                    raise ActUnknown(str(error)) from error.__cause__
            return self.client

    def _refuse_again(self) -> None:
        """A login that has just failed is not tried again by everybody who asks."""
        if self._is_over:
            raise ActUnknown(_("there is no connection"))
        at, why = self._failed or (None, "")
        if at is not None and at <= self._clock.now() < at + NEXT_TRY:
            raise ActUnknown(why)

    async def _made(self) -> discord.Client:
        """A client of its own for each try: discord.py leaves a session open where one fails."""
        client = discord.Client(
            intents=self._intents,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=answer_dates(self._config, self._clock, self._skew),
        )
        use_standin(client.http, self._config.discord)
        token = self._config.discord.token
        try:
            async with answered(self._answer_seconds):
                await client.login(token.get_secret_value() if token else "")
        except BaseException:
            await client.close()
            raise
        return client

    async def _log_in_later(self) -> None:
        pause = FIRST_PAUSE
        while self.client is None:
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                await self.log_in()
            except ActUnknown as error:
                _log.warning("discord.not_logged_in", error=str(error), retry_in=pause)
        _log.info("discord.logged_in")
