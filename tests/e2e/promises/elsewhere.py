"""Sentences of docs/events.md that a test of its own shows, and its name."""

TICKET_NUMBERS = (
    "tests/integration/tickets/test_numbers.py::test_numbers_count_in_each_guild_and_ids_in_all"
)
NUMBERS = (
    "tests/integration/cases/test_orders.py::"
    "test_numbers_count_in_each_guild_and_are_not_given_twice"
)
DRAWS = "tests/integration/duels/test_duels.py::test_a_draw_gives_both_back_and_tells_no_result"
DUELS = "tests/integration/economy/test_holds.py::test_a_duel_takes_both_stakes_and_pays_once"
GOODS = "tests/integration/trades/test_trades.py::test_goods_are_told_and_need_no_money"
SHOWN_ELSEWHERE = {
    "Once for each raid, however many join while it lasts.": (
        "tests/integration/raids/test_raids.py::"
        "test_one_session_while_others_follow_and_another_after_it"
    ),
    "trust_score: low is bad": (
        "tests/unit/network/test_model.py::test_anybody_recomputes_the_table_of_the_page"
    ),
    "Sent when they join, and for a member when a report is approved.": (
        "tests/integration/network/test_network.py::"
        "test_a_hit_on_joining_is_once_for_each_set_of_reports"
    ),
    "A draw gives both stakes back and sends nothing.": DRAWS,
    "The plain keys say what the creator gave, those with `counter_` what the other gave.": GOODS,
    "Each side is money (currency, amount and decimals) or a good in words; the rest is null.": (
        GOODS
    ),
    "One event for every row of the ledger: both sides of a transfer, a bet and its payout, a "
    "stake taken, won or given back.": DUELS,
    "Money that is held for a trade or a duel has left `balance`, which is what can be spent.": (
        DUELS
    ),
    "Sent once Discord has carried out the punishment; a refused one is never sent.": (
        "tests/integration/cases/test_crashes.py::"
        "test_what_discord_refuses_is_void_and_its_number_used"
    ),
    "case_id: unique across servers": NUMBERS,
    "ticket_id: unique across servers": TICKET_NUMBERS,
    "number: counts from 1 in each server": TICKET_NUMBERS,
    "case_number: counts from 1 in each server": NUMBERS,
    "Where the server asks questions of its own, message holds each question on a line, its answer "
    "on the lines below, and an empty line before the next question; no answer holds an empty "
    "line.": "tests/unit/appeals/test_answers.py::test_each_question_stands_above_its_answer",
    "It has 2000 characters at most in any case.": (
        "tests/unit/appeals/test_answers.py::"
        "test_the_longest_answers_fill_a_message_and_one_more_is_refused"
    ),
    "The invite is named only where exactly one explains the join.": (
        "tests/unit/members/test_invite_counts.py::test_exactly_one_explains"
    ),
    "Joins that happened while the bot was away are found at reconnect and sent once, then without "
    "an invite.": (
        "tests/integration/members/test_reconciliation.py::test_ten_minutes_away_are_found_once"
    ),
    "Without the right to read the audit log every departure that was not the bot's doing is "
    "`left`.": "tests/e2e/audit/test_by_hand.py::test_without_the_log_nothing_of_it_is_known",
    "Herald reads those from the audit log: where it may not, they are not sent.": (
        "tests/e2e/audit/test_by_hand.py::test_without_the_log_nothing_of_it_is_known"
    ),
    "What was done while it was away is found at reconnect, as far as the log reaches, and sent "
    "once.": (
        "tests/integration/audit/test_audit.py::"
        "test_what_was_done_while_the_bot_was_away_is_one_entry_each"
    ),
    "A server may choose the least severity that is sent.": (
        "tests/integration/audit/test_audit.py::"
        "test_what_matters_too_little_is_kept_and_neither_sent_nor_posted"
    ),
    "What they change about the channel of a ticket is such an entry as well, also where it is "
    "found later.": (
        "tests/integration/tickets/test_handwork.py::test_a_room_moved_and_renamed_by_hand_stays_so"
    ),
    "It comes whatever the endpoint subscribes to, through the same queue as all else.": (
        "tests/integration/outbox/test_emitting.py::"
        "test_a_test_goes_to_the_one_endpoint_whatever_it_wants"
    ),
}
"""What is said, and the test that shows it; a test may show that something is not sent."""
