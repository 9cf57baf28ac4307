"""`/webhook create`: the secret, the picking of events, and everything that is refused."""

import pytest

from bot.acts import Actor
from bot.catalogue import SUBSCRIBABLE
from bot.features.endpoints import ENDPOINTS
from bot.features.endpoints.model import AREAS, event_groups
from tests.e2e.endpoints.scene import Scene, answer, custom_id, labels, said, secret_in

BLOCKED = "blocked: private address. Use one that can be reached from the public internet."
KNOWN = ", ".join(("*", *AREAS, *SUBSCRIBABLE))


async def test_the_secret_is_shown_once_and_signs_what_is_sent(scene: Scene) -> None:
    content = said(await scene.create())
    secret = secret_in(content)
    assert content == (
        "The webhook **backend** is ready. This is its secret; it is not shown again:\n"
        f"```\n{secret}\n```\n"
        "Give it to the program behind your address and to nobody else: with it the program "
        "checks that a request really comes from here. To check a request: `v1` in its header "
        "`Phantom-Signature` must be the HMAC-SHA256, in hex, of `t`, a dot and the raw body, "
        "with the whole secret as the key."
    )
    await scene.webhook("test", name="backend")
    await scene.receiver.has(1)
    for command in ("list", "show name", "deliveries name"):
        name, _, option = command.partition(" ")
        told = said(await scene.webhook(name, **({option: "backend"} if option else {})))
        assert "backend" in told
        assert secret not in told


async def test_what_is_typed_becomes_the_endpoint_and_one_audit_entry(scene: Scene) -> None:
    url = scene.receiver.url("/hook?token=abc&v=1")
    await scene.create(" Back  *end* ", url=url, events="security.audit_entry, MEMBER.*")
    rows = await scene.rows()
    (endpoint,) = rows["endpoint"]
    assert endpoint["name"] == "Back *end*"
    assert endpoint["url"] == url
    assert endpoint["dialect"] == "phantom"
    assert endpoint["created_by_id"] == scene.admin.id
    assert [row["pattern"] for row in rows["subscription"]] == ["member.*", "security.audit_entry"]
    (entry,) = rows["audit_entry"]
    assert entry["event_type"] == "endpoint.created"
    assert entry["actor_id"] == scene.admin.id
    # A path may be a token as well: the entry goes to other receivers.
    assert f'"url": "{scene.receiver.url().removesuffix("/hook")}"' in entry["context"]
    assert "abc" not in entry["context"]
    assert scene.receiver.secret not in str(rows)


async def test_events_can_be_picked_from_two_selects(scene: Scene) -> None:
    asked = await scene.webhook("create", name="backend", url=scene.receiver.url())
    assert said(asked) == "Which events should go there? Choose, then press Create."
    message = answer(asked)
    assert labels(message) == {"Create": True}
    people, others = (row["components"][0] for row in message.components[:2])
    assert people["placeholder"] == "People and moderation"
    assert [option["value"] for option in others["options"]] == list(event_groups()[1])
    before = await scene.rows()
    refused = await scene.admin.click(message, label="Create")
    assert said(refused) == ("Choose at least one event: write * for all, or for example case.*.")
    assert await scene.rows() == before
    picked = ["member.joined", "member.banned"]
    await scene.admin.select(message, picked, custom_id=people["custom_id"])
    await scene.admin.select(message, ["security.audit_entry"], custom_id=others["custom_id"])
    await scene.admin.click(message, label="Create")
    assert secret_in(answer(asked).content)
    assert answer(asked).components == []
    patterns = [row["pattern"] for row in (await scene.rows())["subscription"]]
    assert patterns == ["member.banned", "member.joined", "security.audit_entry"]


@pytest.mark.parametrize("status", [400, 503])  # refused, and lost
@pytest.mark.parametrize("picks", [False, True])
async def test_a_webhook_whose_secret_was_not_shown_is_none(
    scene: Scene, picks: bool, status: int
) -> None:
    before = await scene.rows()
    typed = {"name": "backend", "url": scene.receiver.url()}
    asked = await scene.webhook("create", **typed) if picks else None
    if asked is not None:
        known = custom_id(answer(asked), ":people")
        await scene.admin.select(answer(asked), ["member.joined"], custom_id=known)
    scene.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=status)
    if asked is not None:
        failed = await scene.admin.click(answer(asked), label="Create")
    else:
        failed = await scene.webhook("create", events="member.*", **typed)
    assert "Something went wrong on my side" in said(failed)
    assert await scene.rows() == before
    await scene.create()  # the name is free
    await scene.webhook("test", name="backend")
    await scene.receiver.has(1)


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"url": "https://10.0.0.7/hook"}, BLOCKED),
    ({"url": "https://10.0.0.7/hook", "events": ""}, BLOCKED),
    (
        {"url": "http://hooks.example.com/"},
        "Only https is accepted: use an address that starts with https://.",
    ),
    (
        {"events": "member.join"},
        f"There is no event “member.join”. Did you mean “member.joined”? You can write: {KNOWN}.",
    ),
    (
        {"events": "qqq.*"},
        f"There is no event “qqq.*”. You can write: {KNOWN}.",
    ),
    (
        {"events": "test.ping"},
        "“test.ping” needs no subscription: /webhook test sends it.",
    ),
    ({"name": "x" * 41}, "Use a name of 1 to 40 characters."),
    ({"name": "hi @everyone"}, "Leave out ` @ < and > : a name is plain text."),
    ({"dialect": "morse"}, "There is no dialect “morse”; there are: phantom, vektor, standard."),
    ({"name": "TAKEN"}, "There is a webhook “TAKEN” already; choose another name."),
]


@pytest.mark.parametrize(("options", "sentence"), REFUSED)
async def test_a_refusal_says_why_and_changes_nothing(
    scene: Scene, options: dict[str, str], sentence: str
) -> None:
    await scene.create("taken")
    before = await scene.rows()
    asked = {"name": "backend", "url": scene.receiver.url(), "events": "*", **options}
    result = await scene.webhook("create", **{k: v for k, v in asked.items() if v})
    assert said(result) == sentence
    assert await scene.rows() == before


async def test_one_more_than_the_limit_is_refused(scene: Scene) -> None:
    actor = Actor(scene.guild.id, scene.admin.id, "harbour_master")
    for number in range(25):
        await scene.app.parts[ENDPOINTS].service.create(
            actor, name=f"hook {number}", url=scene.receiver.url(), patterns="member.*"
        )
    before = await scene.rows()
    result = await scene.webhook(
        "create", name="backend", url=scene.receiver.url(), events="member.*"
    )
    assert said(result) == ("This server has 25 webhooks, which is the limit; delete one first.")
    assert await scene.rows() == before
    listed = said(await scene.webhook("list")).splitlines()
    assert listed[0] == "Webhooks of this server"
    assert len(listed) == 26


async def test_options_are_suggested(scene: Scene) -> None:
    await scene.create()
    type_into = scene.admin.autocomplete
    found = await type_into(scene.channel, "webhook create", "events", "member.joined, sec")
    assert [choice["value"] for choice in found] == [
        "member.joined, security.*",
        *(f"member.joined, {name}" for name in SUBSCRIBABLE if name.startswith("security.")),
    ]
    found = await type_into(scene.channel, "webhook create", "dialect", "")
    assert [choice["value"] for choice in found] == ["phantom", "vektor", "standard"]
    found = await type_into(scene.channel, "webhook show", "name", "BACK")
    assert [choice["value"] for choice in found] == ["backend"]
    assert await type_into(scene.channel, "webhook show", "name", "front") == []
    found = await type_into(scene.channel, "webhook test", "event", "ping", name="backend")
    assert [choice["value"] for choice in found] == ["test.ping"]
