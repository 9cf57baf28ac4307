"""Proofs of what is said of the protections' events."""

from tests.e2e.promises.stories import Check, Stories, all_of


def once_for_each_message(stories: Stories) -> bool:
    told = all_of(stories["automod"], "automod.triggered")
    messages = [one["message_id"] for one in told if one["message_id"] is not None]
    natives = [one for one in told if one["native_rule_id"]]
    return (
        len(messages) == len(set(messages))
        and any("_and_" in one["action_taken"] for one in told)
        and [one["action_taken"] for one in natives] == ["delete_and_alert"]
    )


PROTECTIONS: dict[str, Check] = {
    "A rule of Discord's own AutoMod has a number of Herald's in `rule_id` and its own id in "
    "`native_rule_id`.": lambda stories: all(
        isinstance(one["rule_id"], int)
        for one in all_of(stories["automod"], "automod.triggered")
        if one["native_rule_id"]
    ),
    "One message is one event, however many actions it brought.": once_for_each_message,
    "channel_id: null on joining": lambda stories: all(
        (one["channel_id"] is None) is (one["category"] == "new_account")
        for one in all_of(stories["automod"], "automod.triggered")
    ),
}
