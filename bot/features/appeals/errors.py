"""Errors in words for the person with the link: why it, or what was sent, is refused."""

from bot.errors import UserError


class LinkForged(UserError):
    """Not a link of ours, or a part of it is missing."""


class LinkExpired(UserError):
    """A link of ours whose time is over."""


class CannotAppeal(UserError):
    """There is nothing to send now: the page's state says why, and this in words."""


class BadMessage(UserError):
    """What was typed does not do: empty, or too long."""
