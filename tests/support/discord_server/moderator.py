"""Somebody with every right uses commands, menus, buttons and modals; how they were answered."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.discord_server import payloads
from tests.support.discord_server.payloads import EVERYTHING, GUILD_ID, OWNER_ID

COMMAND, COMPONENT, MODAL = 2, 3, 5
USER_MENU, MESSAGE_MENU = 2, 3
DEFERRED, DEFERRED_EDIT, MODAL_ANSWER = 5, 6, 9
EPHEMERAL = 1 << 6
SAYING = ("content", "embeds", "components")
FILE = 1  # the id of the one attachment there is

Option = str | int | bool


@dataclass(frozen=True, slots=True)
class Person:
    """A person given in an option."""

    user_id: int


@dataclass(frozen=True, slots=True)
class File:
    """A file given in an option; it is fetched from there."""

    url: str


@dataclass(slots=True)
class Answers:
    """What came of one interaction: its first answer, after how long, and what followed."""

    asked_at: float
    seconds: float | None = None
    first: dict[str, Any] = field(default_factory=dict[str, Any])
    later: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def is_modal(self) -> bool:
        return self.first.get("type") == MODAL_ANSWER

    @property
    def said(self) -> bool:
        """Whether the person has more than a promise."""
        return bool(self.later) or self.first.get("type") not in (None, DEFERRED, DEFERRED_EDIT)

    @property
    def seen_by_all(self) -> bool:
        """Whether anything of it is shown to others."""
        if self.is_modal:
            return False
        flags = [self.first.get("data", {}).get("flags") or 0]
        flags += [one.get("flags") or 0 for one in self.later if "edited" not in one]
        return not all(one & EPHEMERAL for one in flags)

    @property
    def may_ping(self) -> bool:
        """Whether what a person typed could ping somebody."""
        sent = [self.first.get("data") or {}, *self.later]
        return any(pings(one) for one in sent if any(map(one.get, SAYING)))

    @property
    def text(self) -> str:
        """Everything that was said, whatever it is made of."""
        return "\n".join(str(one) for one in (self.first.get("data"), *self.later) if one)


def pings(message: dict[str, Any]) -> bool:
    """Whether Discord would look for mentions in a message, as it does unless it is told not to."""
    allowed = message.get("allowed_mentions") or {"parse": ["everyone"]}
    return bool(allowed.get("parse") or allowed.get("users") or allowed.get("roles"))


def interaction(
    number: int, kind: int, data: dict[str, Any], user_id: int = OWNER_ID
) -> dict[str, Any]:
    """As the gateway tells of it."""
    place = {"id": str(payloads.CHANNEL_ID), "type": 0, "name": "general"}
    name = "keeper" if user_id == OWNER_ID else f"otter_{user_id}"
    person = payloads.member(user_id, name)
    pressed = {"message": _drawn(data)} if kind == COMPONENT else {}
    return {
        **pressed,
        "id": str(number),
        "application_id": str(payloads.APPLICATION_ID),
        "type": kind,
        "token": f"interaction-{number}",
        "version": 1,
        "guild_id": str(GUILD_ID),
        "channel_id": str(payloads.CHANNEL_ID),
        "channel": {**place, "permissions": str(EVERYTHING)},
        "guild": {"id": str(GUILD_ID), "features": [], "locale": "en-US"},
        "member": {**person, "permissions": str(EVERYTHING)},
        "app_permissions": str(EVERYTHING),
        "attachment_size_limit": 10_000_000,
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(GUILD_ID)},
        "context": 0,
        "data": data,
    }


def command(name: str, options: dict[str, Option | Person | File]) -> dict[str, Any]:
    """`warn`, or `case view` with the group before it."""
    group, _, sub = name.partition(" ")
    given = [_option(key, value) for key, value in options.items()]
    if sub:
        given = [{"type": 1, "name": sub, "options": given}]
    people = [one.user_id for one in options.values() if isinstance(one, Person)]
    files = [one for one in options.values() if isinstance(one, File)]
    resolved = {**_people(people), "attachments": {str(FILE): _file(one) for one in files}}
    return {"id": "900", "name": group, "type": 1, "options": given, "resolved": resolved}


def menu(name: str, user_id: int, message_id: int | None = None) -> dict[str, Any]:
    """An entry of a person's menu, or of a message's."""
    resolved, target, kind = _people([user_id]), user_id, USER_MENU
    if message_id is not None:
        author = payloads.user(user_id, f"otter_{user_id}")
        said = {**payloads.message(message_id, {"content": "Buy boats"}), "author": author}
        resolved, target, kind = {"messages": {str(message_id): said}}, message_id, MESSAGE_MENU
    about = {"target_id": str(target), "resolved": resolved}
    return {"id": "901", "name": name, "type": kind, "options": [], **about}


def form(custom_id: str, **texts: str) -> dict[str, Any]:
    """A modal that is sent: what was typed into each of its fields."""
    fields = [
        {"type": 4, "id": number, "custom_id": name, "value": text}
        for number, (name, text) in enumerate(texts.items(), 2)
    ]
    labels = [{"type": 18, "id": 1, "component": field} for field in fields]
    return {"custom_id": custom_id, "components": labels}


def button(custom_id: str) -> dict[str, Any]:
    return {"custom_id": custom_id, "component_type": 2}


def _drawn(pressed: dict[str, Any]) -> dict[str, Any]:
    """The message of the bot's under which that button is."""
    drawn = {"type": 2, "id": 2, "style": 2, "label": "Do it", "custom_id": pressed["custom_id"]}
    row = {"type": 1, "id": 1, "components": [drawn]}
    return {**payloads.message(payloads.CHANNEL_ID + 1, {}), "components": [row]}


def _people(user_ids: list[int]) -> dict[str, Any]:
    return {
        "users": {str(one): payloads.user(one, f"otter_{one}") for one in user_ids},
        "members": {},
    }


def _file(file: File) -> dict[str, Any]:
    about = {"content_type": "text/plain", "url": file.url, "proxy_url": file.url}
    return {"id": str(FILE), "filename": "proof.txt", "size": 5, **about}


def _option(name: str, value: Option | Person | File) -> dict[str, Any]:
    match value:
        case Person(user_id):
            return {"type": 6, "name": name, "value": str(user_id)}
        case File():
            return {"type": 11, "name": name, "value": str(FILE)}
        case bool():
            return {"type": 5, "name": name, "value": value}
        case int():
            return {"type": 4, "name": name, "value": value}
        case str():
            return {"type": 3, "name": name, "value": value}
