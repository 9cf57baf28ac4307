"""Receiver that a command names: how it is spoken to, and the way that leads there."""

import os
from difflib import get_close_matches
from pathlib import Path

from bot.config import Config, EgressConfig, load
from bot.delivery.dns import SystemResolve
from bot.delivery.guard import Guard, GuardPolicy
from bot.delivery.urls import read_host, read_port, split, split_authority
from bot.dialects import Dialect, build_dialects
from bot.errors import UserError


def dialect_for(name: str, secret: str, *, variable: str) -> Dialect:
    """The dialect of that name; a UserError where it is none, or cannot sign with the secret."""
    dialects = build_dialects()
    dialect = dialects.get(name)
    if dialect is None:
        near = get_close_matches(name, dialects, n=1, cutoff=0.4)
        hint = f"Did you mean “{near[0]}”? " if near else ""
        known = ", ".join(dialects)
        raise UserError(f"There is no dialect “{name}”. {hint}The dialects are: {known}.")
    if not secret:
        raise UserError(
            "The secret is missing: give the one that the receiver checks against with --secret, "
            f"or in {variable}."
        )
    if not dialect.takes_secret(secret):
        raise UserError(
            f"The dialect {name} cannot sign with that secret: it takes whsec_ followed by "
            "24 to 64 random bytes in base64, as /webhook create shows it."
        )
    return dialect


def way_out(config_file: Path | None) -> Config:
    """Settings of the way there alone: of the file that was named, or none at all."""
    egress = load(config_file, os.environ).egress if config_file else EgressConfig()
    return Config(egress=egress)


async def policy_for(url: str) -> GuardPolicy:
    """The usual policy, but for the one host named on the command line; its URL is refused here."""
    _scheme, authority, _rest = split(url)
    host_text, port_text = split_authority(authority)
    port = None if port_text is None else read_port(port_text)
    policy = GuardPolicy().allowing(read_host(host_text), port)
    resolve = SystemResolve()
    try:
        await Guard(policy, resolve).check(url)
    finally:
        resolve.close()
    return policy
