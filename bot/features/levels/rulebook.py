"""Rulebook of a guild: which roles its levels give, and what channels and roles multiply by."""

from collections.abc import Mapping
from typing import Literal

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.levels import rule_store
from bot.features.levels.model import FULL, MOST_MULTIPLIERS, MOST_ROLES, LevelRules
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.roles import LevelRoles
from bot.snapshots import rank_of
from bot.storage.database import Transaction
from bot.texts import _

MultiplierKind = Literal["channel", "role"]


class LevelRulebook:
    """Changes the rules; level roles follow."""

    def __init__(self, ports: LevelsPorts, roles: LevelRoles) -> None:
        self._ports = ports
        self._roles = roles

    async def put_role(self, actor: Actor, level: int, role_id: int) -> None:
        """Give that role from that level on; refused where the bot could not give it."""
        self._refuse_role(actor.guild_id, role_id)
        async with self._ports.database.transaction() as tx:
            rules = await rule_store.rules(tx, actor.guild_id)
            known = {one.role_id for one in rules.roles}
            # No command can name a deleted role: another one takes its place.
            of_level = {one.role_id for one in rules.roles if one.level == level}
            for lost in of_level & self.gone(actor.guild_id, rules):
                await rule_store.drop_role(tx, actor.guild_id, lost)
                known.remove(lost)
            if role_id not in known and len(known) >= MOST_ROLES:
                text = _("There can be {most} level roles: remove one first.")
                raise UserError(text.format(most=MOST_ROLES))
            await rule_store.put_role(tx, actor.guild_id, level, role_id)
            await self._ports.ruled(tx, actor.guild_id)
            await self._roles.all_due(tx, actor.guild_id)
            done = f"made the role {role_id} that of level {level}"
            await self._ports.audited(tx, actor, "role_set", target=("role", role_id), done=done)

    async def drop_role(self, actor: Actor, role_id: int) -> None:
        """It is no level role any more; whoever has it keeps it."""
        async with self._ports.database.transaction() as tx:
            if not await rule_store.drop_role(tx, actor.guild_id, role_id):
                raise NotFound(_("That role is no level role. `/levels show` lists them."))
            await self._ports.ruled(tx, actor.guild_id)
            done = f"made the role {role_id} no level role any more"
            await self._ports.audited(tx, actor, "role_set", target=("role", role_id), done=done)

    async def multiply(
        self, actor: Actor, kind: MultiplierKind, target_id: int, percent: int
    ) -> None:
        """Multiply what is earned there, or by whoever has that role; by nought is to ignore."""
        async with self._ports.database.transaction() as tx:
            rules = await rule_store.rules(tx, actor.guild_id)
            known = rules.channels.keys() | rules.by_role.keys()
            if percent == FULL:
                await rule_store.drop_multiplier(tx, actor.guild_id, target_id)
            elif target_id not in known and len(known) >= MOST_MULTIPLIERS:
                text = _("There can be {most} multipliers: set one of them to 1 first.")
                raise UserError(text.format(most=MOST_MULTIPLIERS))
            else:
                await rule_store.put_multiplier(tx, actor.guild_id, kind, target_id, percent)
            await self._ports.ruled(tx, actor.guild_id)
            done = f"set the XP multiplier of the {kind} {target_id} to {percent} %"
            about = (kind, target_id)
            await self._ports.audited(tx, actor, "multiplier_set", target=about, done=done)

    async def on_remade(
        self, tx: Transaction, guild_id: int, new_ids: Mapping[int, int]
    ) -> list[str]:
        """A reaction: level roles and multipliers name what was made in the place of theirs."""
        roles, multipliers = await rule_store.follow(tx, guild_id, new_ids)
        if roles or multipliers:
            await self._ports.ruled(tx, guild_id)
        if roles:
            await self._roles.all_due(tx, guild_id)
        return [_("level roles")] * bool(roles) + [_("XP multipliers")] * bool(multipliers)

    def gone(self, guild_id: int, rules: LevelRules) -> frozenset[int]:
        """The roles and channels of the rules that the server has no more."""
        roles = {one.role_id for one in rules.roles} | rules.by_role.keys()
        acts = self._ports.acts
        return frozenset(roles - acts.roles(guild_id).keys()) | (
            rules.channels.keys() - {*acts.channels(guild_id)}
        )

    def _refuse_role(self, guild_id: int, role_id: int) -> None:
        """What the bot's memory says Discord would refuse."""
        role = self._ports.acts.roles(guild_id).get(role_id)
        me = self._ports.acts.own_standing(guild_id)
        if role is None:
            raise NotFound(_("That role is not one of this server that can be given."))
        if role.is_managed:
            raise UserError(_("That role belongs to a bot or a service: nobody can give it."))
        if me is None or not me.may("manage_roles"):
            raise UserError(_("I need the permission “Manage Roles” to give level roles."))
        if rank_of(role.position, role_id) >= me.rank:
            text = _("That role is not below mine: drag my role above it, then try again.")
            raise UserError(text)
