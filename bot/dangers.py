"""Dangers: permissions with which somebody can do harm to a server."""

from collections.abc import Mapping

DANGEROUS: Mapping[str, int] = {
    "kick_members": 1 << 1,
    "ban_members": 1 << 2,
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "mention_everyone": 1 << 17,
    "manage_roles": 1 << 28,
    "manage_webhooks": 1 << 29,
    "moderate_members": 1 << 40,
}
"""By Discord's names, with its bits (source: Discord's reference, "Permissions")."""


def dangers(permissions: int) -> frozenset[str]:
    """The dangerous permissions among these bits."""
    return frozenset(name for name, bit in DANGEROUS.items() if permissions & bit)
