"""Proofs of the sentences of docs/events.md: a look at what the drivers brought, or a test."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.promises.protection_proofs import PROTECTIONS
from tests.e2e.promises.stories import Check, Stories, all_of, brings
from tests.e2e.promises.ticket_drivers import NOTE
from tests.support.receiver import SECRET

TURNS = ("added", "changed", "removed")
BY_HAND = {
    "member.timed_out",
    "member.timeout_lifted",
    "member.banned_by_hand",
    "member.unbanned_by_hand",
    "member.kicked_by_hand",
    "member.pruned_by_hand",
    "role.permissions_changed",
    "role.dangerous_created",
    "role.deleted_by_hand",
    "channel.permissions_changed",
    "channel.deleted_by_hand",
    "member.dangerous_role_given",
    "bot.added",
    *(f"{one}.{turn}" for one in ("integration", "webhook") for turn in TURNS),
    "guild.security_lowered",
    "guild.security_raised",
    "guild.owner_changed",
}


def cases_and_facts(stories: Stories) -> bool:
    story = stories["cases"]
    return (
        all(brings(story, "case.created", "member.banned", type=one) for one in ("ban", "tempban"))
        and all(brings(story, "case.created", "member.left", type=one) for one in SENT_AWAY)
        and {one["kind"] for one in all_of(story, "member.left")} == {"kicked"}
    )


SENT_AWAY = ("kick", "softban")
REVOKED = {"type": "ban", "status": "revoked", "changed_fields": ["status"]}


def lifting(stories: Stories) -> bool:
    made = {one["type"] for one in all_of(stories["cases"], "case.created")}
    return {"unban", "untimeout", "unmute"} <= made


def revoked(stories: Stories) -> bool:
    return all(
        brings(stories[name], "case.updated", "member.unbanned", **REVOKED)
        for name in ("cases", "appeals")
    )


def expired(stories: Stories) -> bool:
    ends = {"type": "tempban", "status": "expired", "changed_fields": ["status"]}
    return brings(stories["cases"], "case.updated", "member.unbanned", **ends)


def ended_by_the_bot(stories: Stories) -> bool:
    (end,) = all_of(stories["cases"], "case.updated", status="expired", changed_fields=["status"])
    (lifted,) = all_of(stories["cases"], "member.unbanned", user_id=end["user_id"])
    return end["updated_by_id"] == lifted["moderator_id"] != end["moderator_id"]


def alone(stories: Stories) -> bool:
    people = {one["moderator_id"] for one in all_of(stories["ladder"], "case.created", type="warn")}
    (climbed,) = all_of(stories["ladder"], "case.created", type="timeout")
    return climbed["moderator_id"] not in people


def still_banned(stories: Stories) -> bool:
    story = stories["untouched"]
    deleted = all_of(story, "case.deleted", type="ban")
    return bool(deleted) and not all_of(story, "member.unbanned")


def notes(stories: Stories) -> bool:
    (told,) = all_of(stories["cases"], "case.updated", changed_fields=["notes"])
    return told["changes"] == {} and "Third time" not in json.dumps(stories["cases"])


def approved(stories: Stories) -> bool:
    kinds = [kind for kind, _data in stories["appeals"]]
    place = kinds.index("case.appeal_decided")
    return kinds[place - 2 : place] == ["case.updated", "member.unbanned"]


def bans_by_hand(stories: Stories) -> bool:
    (told,) = all_of(stories["members"], "member.banned", username="heron")
    alone = not all_of(stories["members"], "case.created")
    return alone and (told["reason"], told["case_id"]) == ("Spam", None) and told["moderator_id"]


def own_bans(stories: Stories) -> bool:
    story = stories["cases"]
    made = {one["case_id"] for one in all_of(story, "case.created")}
    bans = all_of(story, "member.banned", source="bot")
    return bool(bans) and {one["case_id"] for one in bans} <= made and cases_and_facts(stories)


def no_departure(stories: Stories) -> bool:
    banned = [
        (story, one["user_id"])
        for story in stories.values()
        for one in all_of(story, "member.banned", was_member=True)
    ]
    return bool(banned) and not any(
        all_of(story, "member.left", user_id=user_id) for story, user_id in banned
    )


def in_discord(stories: Stories) -> bool:
    """In the story without any command all was done by hand."""
    told = [
        data for kind, data in stories["members"] if kind in ("member.banned", "member.unbanned")
    ]
    return {one["source"] for one in told} == {"discord"}


def unbans(stories: Stories) -> bool:
    command = all_of(stories["cases"], "member.unbanned", reason="Sorry")
    hand = all_of(stories["members"], "member.unbanned", source="discord")
    return bool(command and hand) and revoked(stories) and expired(stories) and approved(stories)


def entries(stories: Stories, **keys: Any) -> set[str]:
    return {one["event_type"] for one in all_of(stories["changes"], "security.audit_entry", **keys)}


def through_the_bot(stories: Stories) -> bool:
    changed = {"settings.changed", "endpoint.paused", "endpoint.resumed"}
    return changed <= entries(stories, source="bot") and entries(stories, source="system") == {
        "endpoint.auto_disabled",
        "event.too_large",
    }


def no_secrets(stories: Stories) -> bool:
    """Nor the path at which the receiver listens, which an entry about it has no more of."""
    written = json.dumps(stories)
    told = [one["context"].get("url") for one in all_of(stories["changes"], *AUDIT)]
    addresses = [str(one) for one in told if one is not None]
    hosts = all(urlsplit(one).path == "" for one in addresses)
    return SECRET not in written and bool(addresses) and hosts


AUDIT = ("security.audit_entry",)


def hands(stories: Stories) -> bool:
    return entries(stories, source="discord") == BY_HAND and not all_of(
        stories["changes"], "case.created"
    )


def contexts(stories: Stories) -> bool:
    told = all_of(stories["changes"], "security.audit_entry")
    return len({frozenset(one["context"]) for one in told}) > 1


def closed_by_nobody(stories: Stories) -> bool:
    """Whom they name is the bot, which wrote in a ticket too and is no person who did."""
    story = stories["tickets"]
    (bot,) = [
        one["author_id"]
        for one in all_of(story, "ticket.message", author_role="bot")
        if one["content"] == "It is at berth nine."
    ]
    ended = [all_of(story, "ticket.closed", close_source=one) for one in BY_ITSELF]
    by_people = [
        one
        for one in all_of(story, "ticket.closed")
        if one["close_source"] not in BY_ITSELF and one["closed_by_id"] == bot
    ]
    return not by_people and all(
        told and all(one["closed_by_id"] == bot for one in told) for told in ended
    )


def one_for_each_rise(stories: Stories) -> bool:
    """Given, taken and given again: two rises, each over several levels."""
    told = all_of(stories["levels"], "xp.level_up")
    levels = [(one["old_level"], one["new_level"]) for one in told]
    return levels == [(1, 5), (2, 5)]


def scheduled(stories: Stories) -> bool:
    """It was told before it opened: nobody could enter, and nothing of it was drawn."""
    later = [
        one
        for one in all_of(stories["giveaways"], "giveaway.created")
        if datetime.fromisoformat(one["starts_at"]) > datetime(2026, 1, 7, tzinfo=UTC)
    ]
    drawn = {one["giveaway_id"] for one in all_of(stories["giveaways"], "giveaway.ended")}
    return bool(later) and not drawn & {one["giveaway_id"] for one in later}


def without_winners(stories: Stories) -> bool:
    ended = all_of(stories["giveaways"], "giveaway.ended")
    return {(bool(one["winner_ids"]), bool(one["entry_count"])) for one in ended} == {
        (True, True),
        (False, False),
    }


def without_roles(stories: Stories) -> bool:
    created = all_of(stories["giveaways"], "giveaway.created")
    return {len(one["required_role_ids"]) for one in created} == {0, 1}


BY_ITSELF = ("auto_close", "channel_deleted", "opener_left")


CHECKS: dict[str, Check] = {
    "A ban by the bot is followed by member.banned, a kick or a softban (a ban that is lifted at "
    "once) by member.left of kind `kicked`; both carry what belongs together.": cases_and_facts,
    "Lifting a punishment is a case too (unban, untimeout, unmute).": lifting,
    "moderator_id: the bot itself where it acted alone": alone,
    "An unban revokes the ban's case, and so does an approved appeal: status is `revoked`.": (
        revoked
    ),
    "A punishment that ran out has status `expired`; both come with member.unbanned for a ban.": (
        expired
    ),
    "The text of a note is not sent: `changed_fields` may hold `notes` where `changes` is "
    "silent.": notes,
    "updated_by_id: the bot where time ran out": ended_by_the_bot,
    "Deleting a case lifts no punishment.": still_banned,
    "An approved appeal also brings case.updated, and member.unbanned for a ban.": approved,
    "A ban is not a departure: only member.banned is sent.": no_departure,
    "A kick by the bot comes with its case.created.": cases_and_facts,
    "A ban by the bot comes after its case.created and carries its case_id.": own_bans,
    "A ban by hand in Discord comes without a case; who and why are read from the audit log.": (
        bans_by_hand
    ),
    "Where `was_member` is true somebody is gone by it, of whom no member.left is sent.": (
        no_departure
    ),
    "source: `discord` is by hand in Discord": in_discord,
    "Sent for an unban by a command or by hand, for the end of a temporary ban and for an approved "
    "appeal; the ban's case changes with case.updated.": unbans,
    "Internal notes of the staff are never sent.": (
        lambda stories: NOTE not in json.dumps(stories["tickets"])
    ),
    "closed_by_id: the bot where no person did": closed_by_nobody,
    "Several levels at once are one event.": one_for_each_rise,
    "Losing a level sends nothing.": one_for_each_rise,
    "new_level: always above `old_level`": one_for_each_rise,
    "Sent when it is scheduled, not when it opens: `starts_at` says when that is.": scheduled,
    "required_role_ids: or none": without_roles,
    "`winner_ids` is empty where nobody could win.": without_winners,
    "Secrets are never in it, and of an address nothing after the host.": no_secrets,
    "Settings and webhooks that are changed through the bot are such entries, and so is what went "
    "wrong with one, which is not sent to that webhook itself.": through_the_bot,
    "Of what people do by hand in Discord these are: a timeout and its end (which make no case), "
    "a ban and its end, a kick, a prune; other permissions of a role or in a channel, a new role "
    "with dangerous permissions, and such a role that somebody is given; a channel or a role "
    "deleted; a bot, an integration or a webhook added, changed or removed; and the server's "
    "owner, or how high its verification, its two-factor authentication and its filter of "
    "explicit content stand.": hands,
    "context: the keys depend on the entry": contexts,
    **PROTECTIONS,
    "delta: never zero": lambda stories: all(
        one["delta"] for one in all_of(stories["economy"], "economy.balance_changed")
    ),
}
"""What is said, and whether the drivers saw it so."""
