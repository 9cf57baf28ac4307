"""Language of a raid: the server's where people read of it, English where programs do."""

from bot.features.cases.records import Changes
from tests.integration.raids.raids_env import GUILD, HARBOUR_MASTER, RaidsEnv


async def test_it_is_kept_in_the_servers_language_and_told_in_english(env: RaidsEnv) -> None:
    env.discord.locale = "de"
    (first, *_others) = await env.join(8)
    await env.settle()
    incident = await env.incidents.known(GUILD, 1)
    assert incident.title == "Ein Raid: 8 Personen sind in 10 s beigetreten"
    case = (await env.cases.records.view(GUILD, 1)).case
    assert case.user_id == first.user_id
    assert case.said == "Mit einem Raid beigetreten (Raid 1)"
    told = await env.told(first.user_id)
    reasons = {data["reason"] for kind, data in told if kind == "case.created"}
    assert reasons == {case.reason} == {"Joined with a raid (raid 1)"}

    # Who looks at the reason and leaves it changes nothing; who writes another one does.
    same = await env.cases.records.edit(HARBOUR_MASTER, 1, Changes(reason=case.said))
    assert (same.reason, same.said) == (case.reason, case.said)
    other = await env.cases.records.edit(HARBOUR_MASTER, 1, Changes(reason="Spam"))
    assert other.said == other.reason == "Spam"
