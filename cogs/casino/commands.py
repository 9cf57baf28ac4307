"""Commands of `/casino`: read, call, answer."""

from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, reply, working
from bot.client.suggestions import CurrencySuggestions
from bot.client.ui import RowNumber, command
from bot.durations import parse_duration
from bot.features.casino.model import BLACKJACK, LIMIT_UP_TO
from bot.features.casino.own_seed import OWN_SEED_LIMIT
from bot.numbers import parse_number
from bot.texts import N_, _
from cogs.casino import account_views, odds_views
from cogs.casino.handlers import CasinoHandlers

Typed = app_commands.Range[str, 1, 100]
STAKE = N_("How much you stake")
WHICH = N_("In which currency, where there are several")


@app_commands.guild_only()
class CasinoCommands(
    commands.GroupCog, group_name="casino", group_description=N_("Games of chance for money")
):
    """Each answer is seen by nobody but the person who asks."""

    def __init__(self, handlers: CasinoHandlers) -> None:
        self._handlers = handlers
        self._casino = handlers.casino
        self.funds = handlers.casino.ports.money

    @command(N_("The games of this server, how likely you win, and what the house keeps"))
    async def odds(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            chosen, currency = await self._casino.bounds(actor_of(interaction).guild_id)
            await answer(await odds_views.odds(chosen, currency))

    @command(N_("Heads or tails"), bet=STAKE, currency=WHICH)
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def coin(
        self, interaction: Interaction, bet: Typed, currency: RowNumber | None = None
    ) -> None:
        await self._handlers.sit_down(interaction, "coin", bet, currency)

    @command(N_("Two dice: under 7, over 7, or just that"), bet=STAKE, currency=WHICH)
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def dice(
        self, interaction: Interaction, bet: Typed, currency: RowNumber | None = None
    ) -> None:
        await self._handlers.sit_down(interaction, "dice", bet, currency)

    @command(N_("The slot machine"), bet=STAKE, currency=WHICH)
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def slots(
        self, interaction: Interaction, bet: Typed, currency: RowNumber | None = None
    ) -> None:
        await self._handlers.sit_down(interaction, "slots", bet, currency)

    @command(N_("Roulette with one zero"), bet=STAKE, currency=WHICH)
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def roulette(
        self, interaction: Interaction, bet: Typed, currency: RowNumber | None = None
    ) -> None:
        await self._handlers.sit_down(interaction, "roulette", bet, currency)

    @command(N_("Blackjack against the bot"), bet=STAKE, currency=WHICH)
    @app_commands.autocomplete(currency=CurrencySuggestions.currencies)
    async def blackjack(
        self, interaction: Interaction, bet: Typed, currency: RowNumber | None = None
    ) -> None:
        await self._handlers.sit_down(interaction, BLACKJACK, bet, currency)

    @command(N_("Your next round's seeds, your losses of a day, your limit and your pause"))
    async def me(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            seen = await self._casino.account(actor.guild_id, actor.user_id)
            await answer(account_views.account(seen, self._casino.ports.clock.now()))

    @command(N_("Mix a seed of your own into your rounds"), own=N_("Letters and digits, up to 32"))
    async def seed(
        self, interaction: Interaction, own: app_commands.Range[str, 1, OWN_SEED_LIMIT]
    ) -> None:
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            player = await self._casino.players.choose_seed(actor.guild_id, actor.user_id, own)
            said = _("Your own seed is `{own}` from round {number} on.")
            await answer(said.format(own=player.own_seed, number=player.number))

    @command(
        N_("Lose no more than so much in 24 hours"),
        coins=N_("Whole coins; leave it out for no limit, which counts in 24 hours"),
    )
    async def limit(self, interaction: Interaction, coins: Typed | None = None) -> None:
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            wanted = None if coins is None else parse_number(coins, least=0, most=LIMIT_UP_TO)
            players = self._casino.players
            player = await players.choose_limit(actor.guild_id, actor.user_id, wanted)
            now = self._casino.ports.clock.now()
            said = _("Your limit for 24 hours: {limit}")
            await answer(said.format(limit=account_views.limit_words(player, now)))

    @command(
        N_("Shut yourself out for a while; nobody can end that sooner"),
        lasts=N_("For how long: 12h, 7d, 3mo"),
    )
    async def pause(self, interaction: Interaction, lasts: Typed) -> None:
        wanted = parse_duration(lasts)
        self._casino.players.refuse_pause(wanted)
        await reply(interaction, account_views.pause(wanted))

    @command(N_("Your rounds of the last 90 days"))
    async def history(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            await answer(await self._handlers.pager.page(actor.guild_id, actor.user_id))

    @command(
        N_("Work a round of yours out once more, from its seeds"),
        number=N_("Its number; your last one where you leave it out"),
    )
    async def verify(self, interaction: Interaction, number: RowNumber | None = None) -> None:
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            seen = await self._casino.verify(actor.guild_id, actor.user_id, number)
            currency = await self._casino.ports.currency_of(seen.round)
            await answer(account_views.verification(seen, currency))
