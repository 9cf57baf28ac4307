"""The keys and enumerations of every event, as the contract writes them."""

from typing import get_args

import pytest

from bot.catalogue import EVENTS, cases, economy, event_named, members, security, tickets
from bot.catalogue.schema import data_of

KEYS = """
case.created: case_id case_number type user_id moderator_id reason? source expires_at?
case.updated: case_id case_number type user_id moderator_id reason? source expires_at?
    status updated_by_id changed_fields changes
case.deleted: case_id case_number type user_id moderator_id deleted_by_id source
case.appealed: case_id appeal_id user_id message
case.appeal_decided: case_id appeal_id user_id decision decided_by_id reason? punishment_lifted
member.joined: user_id username account_age_days is_bot invite_code? inviter_id? joined_at
member.left: user_id username is_bot kind moderator_id? joined_at? left_at?
member.banned: user_id username moderator_id? reason? case_id? source was_member?
member.unbanned: user_id username moderator_id? reason? case_id? source
ticket.opened: ticket_id number opener_id ticket_type_id subject channel_id
ticket.message: ticket_id number message_id channel_id author_id author_role content?
    attachment_count
ticket.claimed: ticket_id number claimed_by_id channel_id
ticket.closed: ticket_id closed_by_id close_reason? close_source duration_seconds number
ticket.reopened: ticket_id number reopened_by_id opener_id channel_id
xp.level_up: user_id old_level new_level total_xp
economy.balance_changed: user_id delta balance reason? source operation currency_id decimals
giveaway.created: giveaway_id prize winner_count channel_id created_by_id starts_at ends_at
    required_role_ids min_level?
giveaway.ended: giveaway_id winner_ids entry_count
giveaway.rerolled: giveaway_id winner_ids previous_winner_ids entry_count rerolled_by_id
security.raid_detected: raid_id joins_in_window window_seconds action_taken
security.scam_detected: detection_id user_id channel_id message_id confidence category action_taken
security.nuke_detected: incident_id actor_id action_class count window_seconds action_taken
    reverted
security.audit_entry: entry_id event_type severity source actor_id? actor_name target_id?
    target_type summary context
network.hit: user_id trust_score approved_report_count top_category top_severity summary
automod.triggered: rule_id category user_id channel_id? message_id? action_taken native_rule_id?
trade.completed: trade_id creator_id counterparty_id currency_id? amount? counter_currency_id?
    counter_amount? good? counter_good? completed_at decimals? counter_decimals?
duel.finished: duel_id winner_id loser_id stake currency_id finished_at decimals
test.ping: message sent_by_user_id sent_at
"""
"""A question mark says that the key may be null."""

DISCORD_IDS = """user moderator channel message actor opener author native_rule winner loser
creator counterparty inviter sent_by_user"""
OWN_IDS = """case appeal ticket ticket_type currency counter_currency giveaway raid detection
incident entry rule trade duel"""


def contract() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in KEYS.replace("\n   ", "").strip().split("\n"):
        name, _, keys = line.partition(": ")
        found[name] = list(keys.split())
    return found


def test_there_are_these_events_in_this_order() -> None:
    assert [event.type for event in EVENTS] == list(contract())


@pytest.mark.parametrize("name", list(contract()))
def test_an_event_has_these_keys_in_this_order_and_these_may_be_null(name: str) -> None:
    properties = data_of(event_named(name))["properties"]
    marked = [f"{key}{'?' * ('null' in schema['type'])}" for key, schema in properties.items()]
    assert marked == contract()[name]


@pytest.mark.parametrize("name", list(contract()))
def test_ids_of_discord_are_text_and_own_ids_are_numbers(name: str) -> None:
    for key, schema in data_of(event_named(name))["properties"].items():
        stem, _, ending = key.rpartition("_")
        if ending == "ids":
            assert schema["items"]["type"] == "string"
        if ending != "id" or key == "target_id":
            continue
        is_own = stem in OWN_IDS.split()
        assert is_own or stem in DISCORD_IDS.split() or stem.endswith("_by")
        assert ("integer" in schema["type"]) is is_own


@pytest.mark.parametrize(
    ("enumeration", "values"),
    [
        (
            cases.CaseType,
            "warn kick ban timeout mute note tempban softban untimeout unmute unban clear_warnings",
        ),
        (cases.CaseSource, "dashboard api bot sync"),
        (cases.CaseStatus, "active expired revoked"),
        (members.BanSource, "dashboard api bot sync discord"),
        (tickets.AuthorRole, "opener staff participant bot"),
        (
            tickets.CloseSource,
            """staff_command staff_button opener api dashboard auto_close close_request
            channel_deleted opener_left""",
        ),
        (
            economy.BalanceSource,
            "message_earn voice_earn daily transfer casino admin api trade duel",
        ),
        (
            economy.Operation,
            """message voice daily transfer_in transfer_out bet payout stake win refund trade
            admin incoming""",
        ),
        (security.Confidence, "low medium high"),
        (security.Severity, "info warn critical"),
        (security.AuditSource, "bot dashboard discord system api"),
    ],
)
def test_an_enumeration_has_these_values(enumeration: object, values: str) -> None:
    assert get_args(enumeration) == tuple(values.split())


def test_an_appeal_is_approved_or_denied_and_a_member_left_or_was_kicked() -> None:
    decided, left = (event_named(name) for name in ("case.appeal_decided", "member.left"))
    assert get_args(decided.model_fields["decision"].annotation) == ("approved", "denied")
    assert get_args(left.model_fields["kind"].annotation) == ("left", "kicked")
