"""The small Discord's own AutoMod: its rules, made by hand or by the bot, and what they do."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tests.support.discord_server import payloads
from tests.support.discord_server.hand_guild import HandGuild
from tests.support.discord_server.payloads import CHANNEL_ID, OWNER_ID
from tests.support.discord_server.populated_guild import GUILD, Told
from tests.support.discord_server.room_server import RoomDoors
from tests.support.discord_server.routes import PLACE, Found, Nothing

RULES = f"{PLACE}/auto-moderation/rules"
UNKNOWN = 10_000  # whatever Discord calls it
RULE_MADE, RULE_CHANGED, RULE_GONE = 140, 141, 142
BLOCK, ALERT, TIMEOUT = 1, 2, 3
DONE = {BLOCK: 143, ALERT: 144, TIMEOUT: 145}
"""What the log says of each action; whoever wrote it is named as the one who did it."""
KEYWORD = 1
PLAIN: Mapping[str, Any] = {"enabled": False, "exempt_roles": [], "exempt_channels": []}


class NativeGuild(HandGuild):
    """`native` are the rules that there are, by their id; `versions` what each ever did."""

    def __init__(self) -> None:
        super().__init__()
        self.native: dict[int, dict[str, Any]] = {}
        self.versions: dict[int, list[list[int]]] = {}

    def lay(self, body: Mapping[str, Any], by_id: int = OWNER_ID) -> list[Told]:
        """A new rule."""
        number = self.new_id()
        about = {"id": str(number), "guild_id": GUILD, "creator_id": str(by_id)}
        rule: dict[str, Any] = {**PLAIN, **body, **about}
        self.native[number] = rule
        self.versions[number] = [_kinds(rule)]
        return [("AUTO_MODERATION_RULE_CREATE", rule), self.enters(RULE_MADE, number, by_id)]

    def amend(self, rule_id: int, body: Mapping[str, Any], by_id: int = OWNER_ID) -> list[Told]:
        """The rule is another one from now on."""
        rule = self.native[rule_id] = {**self.native[rule_id], **body}
        self.versions[rule_id].append(_kinds(rule))
        return [("AUTO_MODERATION_RULE_UPDATE", rule), self.enters(RULE_CHANGED, rule_id, by_id)]

    def tear_up(self, rule_id: int, by_id: int = OWNER_ID) -> list[Told]:
        """The rule is no more."""
        rule = self.native.pop(rule_id)
        return [("AUTO_MODERATION_RULE_DELETE", rule), self.enters(RULE_GONE, rule_id, by_id)]

    def strikes(self, rule_id: int, user_id: int, text: str) -> list[Told]:
        """Somebody writes what a rule looks for: it is not posted where the rule blocks it."""
        rule = self.native[rule_id]
        told, posted = list[Told](), dict[str, str]()
        if BLOCK not in _kinds(rule):
            told.append(self.write(CHANNEL_ID, user_id, text))
            posted["message_id"] = told[0][1]["id"]
        for action in rule["actions"]:
            about = {
                "guild_id": GUILD,
                "action": action,
                "rule_id": str(rule_id),
                "rule_trigger_type": rule["trigger_type"],
                "user_id": str(user_id),
                "channel_id": str(CHANNEL_ID),
                "content": text,
                "matched_keyword": text,
                "matched_content": text,
            }
            told.append(("AUTO_MODERATION_ACTION_EXECUTION", {**about, **posted}))
            if action["type"] == TIMEOUT:
                lasts = timedelta(seconds=action["metadata"]["duration_seconds"])
                told += self.time_out(user_id, (self.now() + lasts).isoformat())
            told.append(self.enters(DONE[action["type"]], user_id, user_id, options=_named(rule)))
        return told


class NativeDoors(RoomDoors):
    """What is asked about Discord's own rules, before what is asked about anything else."""

    def __init__(self, guild: NativeGuild, ids: Any) -> None:
        super().__init__(guild, ids)
        self._native = guild
        self._doors = [
            (rf"POST {RULES}", self._lay),
            (rf"GET {RULES}/(\d+)", self._rule),
            (rf"PATCH {RULES}/(\d+)", self._amend),
            (rf"DELETE {RULES}/(\d+)", self._tear_up),
            *self._doors,
        ]

    def _lay(self, *, body: dict[str, Any], **_: Any) -> Found:
        told = self._native.lay(body, payloads.BOT_ID)
        return told[0][1], told

    def _rule(self, rule_id: str, **_: Any) -> Found:
        if int(rule_id) not in self._native.native:
            raise Nothing(UNKNOWN)
        return self._native.native[int(rule_id)], ()

    def _amend(self, rule_id: str, *, body: dict[str, Any], **_: Any) -> Found:
        self._rule(rule_id)
        told = self._native.amend(int(rule_id), body, payloads.BOT_ID)
        return told[0][1], told

    def _tear_up(self, rule_id: str, **_: Any) -> Found:
        self._rule(rule_id)
        return None, self._native.tear_up(int(rule_id), payloads.BOT_ID)


def keyword_rule(name: str, word: str, actions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A rule about a word, as somebody lays it by hand."""
    looks_for = {"keyword_filter": [word], "regex_patterns": [], "allow_list": []}
    about = {"name": name, "event_type": 1, "trigger_type": KEYWORD, "enabled": True}
    return {**about, "trigger_metadata": looks_for, "actions": [*actions]}


def _kinds(rule: Mapping[str, Any]) -> list[int]:
    return [one["type"] for one in rule["actions"]]


def _named(rule: Mapping[str, Any]) -> dict[str, Any]:
    """What the log says of the rule."""
    return {
        "auto_moderation_rule_name": rule["name"],
        "auto_moderation_rule_trigger_type": str(rule["trigger_type"]),
        "channel_id": str(CHANNEL_ID),
    }
