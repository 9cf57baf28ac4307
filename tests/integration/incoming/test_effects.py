"""Each action does what it says, tells it as source `api`, and is in the audit log."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jsonschema
from sqlalchemy import update

from bot.features.giveaways.model import GiveawayState, Terms
from bot.features.giveaways.tables import giveaway
from bot.features.incoming.actions import NAMES
from bot.features.incoming.results import RESULTS
from bot.features.privacy import PRIVACY
from bot.features.tickets.tables import ticket
from bot.features.tickets.types import FormQuestion, QuestionKind
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.incoming.incoming_env import CHANNEL, FRIEND, IncomingEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, MODERATOR, Fault

Events = list[tuple[str, dict[str, Any]]]


async def news(env: IncomingEnv) -> Events:
    """What was told but for the audit log's own entries."""
    return [one for one in await env.told() if one[0] != "security.audit_entry"]


async def everything(env: IncomingEnv, who: int) -> dict[str, dict[str, Any]]:
    """The result of each action, done once."""
    results = dict[str, dict[str, Any]]()
    for name, sample in env.each(who).items():
        results[name] = await env.result(sample, key=f"key {name}", timed=True)
    ticket_id = results["OPEN_TICKET"]["ticketId"]
    giveaway_id = results["START_GIVEAWAY"]["giveawayId"]
    for sample in (
        {"action": "CLOSE_TICKET", "ticketId": ticket_id, "reason": "Arrived"},
        {"action": "END_GIVEAWAY", "giveawayId": giveaway_id},
    ):
        results[sample["action"]] = await env.result(sample)
    await env.sweep_incoming()
    return results


async def test_every_action_does_what_it_says(env: IncomingEnv) -> None:
    who = env.someone(roles={11})
    results = await everything(env, who)
    assert await env.balance(who) == 5
    assert env.discord.roles_of(who) == {FRIEND}
    (sent,) = [post for post in env.discord.lines.values() if post.text == f"Hello <@{who}>"]
    assert (sent.pings, sent.role_pings, sent.is_plain) == ((who,), (), True)
    told = dict(await news(env))
    money = told["economy.balance_changed"]
    assert (money["delta"], money["source"], money["operation"]) == (5, "api", "incoming")
    assert money["reason"] == "Bought in the shop"
    assert told["xp.level_up"]["total_xp"] == 300
    case = told["case.created"]
    assert (case["source"], case["type"], case["moderator_id"]) == ("api", "warn", str(MODERATOR))
    assert results["CREATE_CASE"]["caseId"] == case["case_id"]
    assert told["ticket.opened"]["subject"] == "An order"
    closed = told["ticket.closed"]
    assert (closed["close_source"], closed["closed_by_id"]) == ("api", str(BOT))
    assert told["giveaway.created"]["prize"] == "A signed print"
    assert told["giveaway.ended"]["giveaway_id"] == results["END_GIVEAWAY"]["giveawayId"]


async def test_every_result_is_as_documented_and_every_action_in_the_log(env: IncomingEnv) -> None:
    who = env.someone(roles={11})
    results = await everything(env, who)
    for name, result in results.items():
        schema = RESULTS[name].model_json_schema(mode="serialization")
        jsonschema.validate(result, {**schema, "additionalProperties": False})
    wallet = {"userId": str(who), "currencyId": "cur_1", "delta": "5", "balance": "5"}
    assert results["ADD_BALANCE"] == wallet
    assert set(results) == set(NAMES)
    entries = await env.entries()
    assert [one["event_type"] for one in entries] == [f"incoming.{one.lower()}" for one in results]
    by = {(one["severity"], one["actor_name"], one["actor_id"]) for one in entries}
    assert by == {("info", "shop", None)}
    assert "changed the wallet of" in entries[0]["summary"]
    told = [data for kind, data in await env.told() if kind == "security.audit_entry"]
    assert [one["source"] for one in told if one["source"] == "api"] == ["api"] * len(results)
    assert all(env.secret not in json.dumps(one, default=str) for one in (*entries, *told))


async def test_money_goes_back_and_never_below_nothing(env: IncomingEnv) -> None:
    who = str(env.someone())
    add = {"action": "ADD_BALANCE", "userId": who, "currencyId": "cur_1"}
    await env.result({**add, "amount": "12.00"}, key="1")
    after = await env.result({**add, "amount": "-5"}, key="2")
    assert (after["delta"], after["balance"]) == ("-5", "7")
    answer = await env.push({**add, "amount": "-8"}, key="3")
    assert (answer.status, answer.document["error"]["code"]) == (422, "refused")
    assert await env.code({**add, "amount": "9999999999"}, key="4") == (422, "refused")
    assert await env.code({**add, "amount": "0.50"}, key="5") == (422, "refused")
    missing = {**add, "currencyId": "cur_77", "amount": "1"}
    assert await env.code(missing, key="6") == (404, "unknown_currency")
    assert await env.balance(int(who)) == 7
    # Nothing was begun: the same key does it once that can be.
    await env.result({**add, "amount": "1"}, key="7")
    assert (await env.result({**add, "amount": "-8"}, key="3"))["balance"] == "0"


async def test_a_framed_message_and_whom_a_text_pings(env: IncomingEnv) -> None:
    embed = {"title": "News", "description": "@everyone", "fields": [{"name": "a", "value": "b"}]}
    asked = {"action": "SEND_MESSAGE", "channelId": str(CHANNEL)}
    result = await env.result({**asked, "embed": embed})
    framed = env.discord.lines[int(result["messageId"])]
    assert (framed.title, framed.fields, framed.pings) == ("News", (("a", "b"),), ())
    result = await env.result({**asked, "message": "@everyone @here <@&2> <@!5> <@5>"})
    assert env.discord.lines[int(result["messageId"])].pings == (5,)


async def test_roles_that_nobody_gives_from_outside(env: IncomingEnv) -> None:
    env.discord.role_plans[20] = replace(env.discord.role_plans[20], permissions=1 << 2)
    who = env.someone()
    for changes, expected in (
        ({"roleId": "1"}, (422, "refused")),  # above the bot's
        ({"roleId": "3"}, (422, "refused")),  # the bot's own
        ({"roleId": "12"}, (422, "refused")),  # a service's
        ({"roleId": "20"}, (422, "refused")),  # dangerous
        ({"roleId": str(GUILD)}, (404, "unknown_role")),  # everybody's
        ({"roleId": "77"}, (404, "unknown_role")),
        ({"userId": "77"}, (404, "unknown_member")),
    ):
        for action in ("ADD_ROLE", "REMOVE_ROLE"):
            asked = {"action": action, "userId": str(who), "roleId": "10", **changes}
            assert await env.code(asked) == expected
    assert env.discord.reasons == []
    assert await env.calls() == []


async def test_a_giveaway_as_the_command_holds_one(env: IncomingEnv) -> None:
    who = env.someone()
    asked = {**env.each(who)["START_GIVEAWAY"], "winnerCount": 2, "details": "Signed"}
    result = await env.result(
        {
            **asked,
            "requiredRoleIds": ["10", "10"],
            "minLevel": 3,
            "minAccountDays": 30,
            "minMemberDays": 7,
            "bonusRoles": [{"roleId": "11", "entries": 4}],
            "startsInSeconds": 7200,
            "everySeconds": 86_400,
        }
    )
    made = await env.process.giveaways.known(GUILD, result["giveawayId"])
    assert (made.state, made.every) == (GiveawayState.SCHEDULED, timedelta(days=1))
    assert made.starts_at - env.clock.now() == timedelta(hours=2)
    assert made.terms == Terms((10,), 3, 30, 7, {11: 4})
    calls = len(await env.calls())
    ten = {"roleId": "10", "entries": 1}
    for changes, expected in (
        ({"bonusRoles": [ten, ten]}, (422, "refused")),
        ({"bonusRoles": [{"roleId": "77", "entries": 1}]}, (404, "unknown_role")),
        ({"bonusRoles": [{"roleId": "10", "entries": 101}]}, (422, "invalid_action")),
        ({"durationSeconds": 7200, "everySeconds": 3600}, (422, "refused")),
    ):
        assert await env.code({**asked, **changes}) == expected
    # What nobody would ever see is not begun.
    env.discord.people[BOT].permissions -= {"send_messages"}
    answer = await env.push(asked)
    assert answer.status == 422
    assert "Send Messages" in answer.document["error"]["message"]
    env.discord.category_ids = frozenset({CHANNEL})
    assert await env.code(asked) == (404, "unknown_channel")
    assert len(await env.calls()) == calls


async def test_a_form_is_answered_without_it(env: IncomingEnv) -> None:
    form = (
        FormQuestion(text="Files?", kind=QuestionKind.FILES),
        FormQuestion(text="Order number?"),
        FormQuestion(text="Parts?", kind=QuestionKind.BOXES, options=("bow", "keel", "mast")),
        FormQuestion(text="Colour?", kind=QuestionKind.CHOICE, options=("red", "blue")),
    )
    await env.process.tickets.types.ask(HARBOUR_MASTER, env.type_id, form)
    asked = {"action": "OPEN_TICKET", "userId": str(env.someone()), "ticketTypeId": env.type_id}

    def answers(*given: tuple[str, str]) -> dict[str, Any]:
        return {**asked, "answers": [{"question": one, "answer": text} for one, text in given]}

    for wrong in (
        answers(("Weather?", "fine")),
        answers(("Files?", "a.png")),
        answers(("Order number?", "1"), ("Order number?", "2")),
        answers(("Parts?", "bow"), ("Parts?", "sail")),
        answers(("Colour?", "red"), ("Colour?", "blue")),
    ):
        assert await env.code(wrong) == (422, "refused")
    assert await env.code(answers(("Parts?", ""))) == (422, "invalid_action")
    given = (("Parts?", "bow"), ("Order number?", "1042"), ("Parts?", "keel"), ("Colour?", "red"))
    made = await env.result(answers(*given))
    seen = await env.process.tickets.known(GUILD, made["ticketId"])
    assert seen.subject == "1042"
    assert list(seen.answers.items()) == [
        ("Order number?", "1042"),
        ("Parts?", "bow, keel"),
        ("Colour?", "red"),
    ]


async def test_what_is_another_servers_is_unknown(env: IncomingEnv) -> None:
    """Every id is looked up in the server of the webhook."""
    who = env.someone()
    ticket_id = (await env.result(env.each(who)["OPEN_TICKET"]))["ticketId"]
    giveaway_id = (await env.result(env.each(who)["START_GIVEAWAY"]))["giveawayId"]
    async with env.emitter.database.transaction() as tx:
        for table in (giveaway, ticket):
            await tx.execute(update(table).values(guild_id=GUILD + 1))
    for asked, code in (
        ({"action": "CLOSE_TICKET", "ticketId": ticket_id}, "unknown_ticket"),
        ({"action": "END_GIVEAWAY", "giveawayId": giveaway_id}, "unknown_giveaway"),
        ({**env.each(who)["OPEN_TICKET"], "ticketTypeId": 77}, "unknown_ticket_type"),
        ({**env.each(who)["SEND_MESSAGE"], "channelId": "77"}, "unknown_channel"),
        ({**env.each(who)["START_GIVEAWAY"], "requiredRoleIds": ["77"]}, "unknown_role"),
        ({**env.each(who)["CREATE_CASE"], "moderatorId": "77"}, "unknown_member"),
        (env.each(77)["ADD_XP"], "unknown_member"),
    ):
        assert await env.code(asked) == (404, code)


async def test_a_moderator_may_do_no_more_than_by_command(env: IncomingEnv) -> None:
    who, friend = env.someone(), env.someone()
    asked = {**env.each(who)["CREATE_CASE"], "moderatorId": str(friend)}
    assert await env.code(asked) == (422, "refused")
    above = {**env.each(MODERATOR)["CREATE_CASE"], "moderatorId": str(MODERATOR)}
    assert await env.code(above) == (422, "refused")
    plain = {**env.each(who)["CREATE_CASE"]}
    del plain["moderatorId"]
    await env.result({**plain, "type": "note"})
    (case,) = [data for kind, data in await env.told() if kind == "case.created"]
    assert (case["type"], case["moderator_id"]) == ("note", str(BOT))


async def test_nobody_reads_of_a_note_in_what_is_kept_about_them(env: IncomingEnv) -> None:
    who, privacy = env.someone(), env.process.parts[PRIVACY].service
    await env.result(env.each(who)["ADD_XP"])
    before = await privacy.export(GUILD, who)
    await env.result({**env.each(who)["CREATE_CASE"], "type": "note"})
    assert await privacy.export(GUILD, who) == before


async def test_an_id_that_nobody_has_and_a_refusal_are_no_absence_of_discord(
    env: IncomingEnv,
) -> None:
    """Asked again, both would be the same: neither is a 503."""
    sample = env.each(env.someone())["ADD_ROLE"]
    for number in ("9" * 19, "1" * 20, str(1 << 63)):
        assert await env.code({**sample, "userId": number}) == (422, "invalid_action")
    result = await env.result(
        {"action": "SEND_MESSAGE", "channelId": str(CHANNEL), "message": f"<@{'1' * 20}> <@5>"}
    )
    assert env.discord.lines[int(result["messageId"])].pings == (5,)
    env.discord.faults["member"] = Fault.REFUSES
    assert await env.code(sample, key="a") == (422, "refused")
    env.discord.faults = {"meet": Fault.REFUSES}
    assert await env.code(sample, key="b") == (422, "refused")


async def test_what_is_switched_off_is_refused(env: IncomingEnv) -> None:
    who = env.someone()
    for feature, action in (
        ("economy", "ADD_BALANCE"),
        ("levels", "ADD_XP"),
        ("tickets", "OPEN_TICKET"),
        ("giveaways", "START_GIVEAWAY"),
        ("cases", "CREATE_CASE"),
    ):
        await env.process.settings.change(HARBOUR_MASTER, feature, "enabled", False)
        assert await env.code(env.each(who)[action], key=action) == (422, "refused")


async def test_nothing_is_begun_while_discord_is_away(env: IncomingEnv) -> None:
    who = env.someone()
    env.discord.is_connected = False
    for name, sample in env.each(who).items():
        answer = await env.push(sample, key=name)
        assert (answer.status, answer.retry_after) == (503, 15)
        assert answer.document["error"]["code"] == "discord_unavailable"
    assert await env.calls() == []
