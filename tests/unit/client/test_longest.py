"""Every panel, card, list and modal with the longest legal values, as Discord would take it."""

import shutil
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, cast

import discord
import pytest
from simcord.components import validate_components, validate_modal

from bot.acts import Outcome
from bot.client import layout, limits
from bot.client.choice_panel import OFFERED, ValueModal
from bot.client.choice_panel import panel as choice_panel
from bot.client.interactions import HeraldModal, Said
from bot.client.settings_panel import IDS
from bot.client.ui import ReasonModal
from bot.controls import Post
from bot.features.appeals import messages as appeal_messages
from bot.features.appeals.model import AppealState
from bot.features.appeals.store import Listing
from bot.features.cases import messages as case_messages
from bot.features.cases.model import REASON_LIMIT, CaseState
from bot.features.cases.purge import Purged
from bot.features.cases.queries import CasePage, CaseQuery
from bot.features.cases.service import Done
from bot.features.endpoints.deliveries import DeliveryPage, Detail, Waiting
from bot.features.endpoints.doctor import Examined
from bot.features.endpoints.doctor_grades import Grade, ProbeFinding
from bot.features.endpoints.edits import About, EditsService, Failing, Limited, Rotated
from bot.features.endpoints.limits import Preview
from bot.features.endpoints.service import Created
from bot.features.endpoints.store import Missed
from bot.features.tickets.types import TypeChoices
from bot.settings import FeatureSettings, SettingKind
from bot.texts import SHIPPED, translated, use
from bot.wiring import FEATURES
from cogs.appeals import views as appeals
from cogs.cases import views as cases
from cogs.cases.menus import TimeoutModal
from cogs.endpoints import delivery_views, doctor, modals, picker, views
from cogs.endpoints.panel import panel
from tests.support.messages import TEXT, within
from tests.support.pseudo_locales import ACCENTED, Unmarked, accented, leftovers, watch, write
from tests.unit.client import (
    longest_automod,
    longest_economy,
    longest_features,
    longest_setup,
    longest_tickets,
)
from tests.unit.client.longest import (
    APPEAL,
    AT,
    ATTEMPT,
    CASE,
    DELIVERY,
    ENDPOINT,
    ID,
    MARK,
    VIEW,
)

V2 = 1 << 15
BEGINS = accented("")[0]  # of a text that is longer than in any language
LABELS = ("label", "placeholder", "description")
LONGEST = 2**31 - 1
MISSED = Missed({f"{MARK * 60}{n}": LONGEST for n in range(30)}, AT)
WAITING = Waiting(LONGEST, MISSED)
PREVIEW = Preview(
    tuple(MARK * 60 for _ in range(30)),
    tuple(MARK * 60 for _ in range(30)),
    {MARK * 60 + str(n): MARK * 500 for n in range(30)},
)
FINDINGS = tuple(
    ProbeFinding(f"p{n}", "T" * 60, Grade.FAIL, MARK * 300, "m" * 300, b"*" * 2000)
    for n in range(20)
)
DELIVERIES = tuple(replace(DELIVERY, id=DELIVERY.id - n) for n in range(10))
ATTEMPTS = tuple(replace(ATTEMPT, id=ATTEMPT.id - n) for n in range(30))
APPEALS = tuple(replace(APPEAL, case_number=APPEAL.case_number - n) for n in range(10))
DETAIL = Detail(ENDPOINT, DELIVERY, ATTEMPTS)

DRAWN: dict[str, Callable[[], Said]] = {
    **longest_tickets.DRAWN,
    **longest_economy.DRAWN,
    **longest_setup.DRAWN,
    **longest_automod.DRAWN,
    **longest_features.DRAWN,
    "webhook panel": lambda: panel(
        ENDPOINT,
        WAITING,
        About(tuple("X" * 300 for _ in range(10)), Failing(AT, MARK * 60, MARK * 500), AT),
    ),
    "webhooks": lambda: views.overview([ENDPOINT] * 25),
    "webhook created": lambda: views.created(Created(ENDPOINT, "whsec_" + "x" * 44)),
    "webhook deletion": lambda: views.deletion(ENDPOINT, LONGEST),
    "rotation offered": lambda: views.rotation(ENDPOINT),
    "rotation": lambda: views.rotation(replace(ENDPOINT, next_secret_at=None)),
    "rotated": lambda: views.rotated(Rotated(ENDPOINT, "whsec_" + "x" * 44)),
    "subscribed": lambda: picker.subscribed(ENDPOINT),
    "events": lambda: picker.selects(ENDPOINT),
    "limits": lambda: modals.told(Limited(ENDPOINT, PREVIEW)),
    "deliveries": lambda: delivery_views.listed(
        DeliveryPage(ENDPOINT, "failed", DELIVERIES, LONGEST, has_more=True),
        delivery_views.DeliveryQuery(ENDPOINT.id),
    ),
    "delivery": lambda: delivery_views.detail(DETAIL, page=2),
    "missed": lambda: delivery_views.missed(ENDPOINT, MISSED),
    "missed types": lambda: delivery_views.missed_types(ENDPOINT, MISSED),
    "last attempts": lambda: delivery_views.last_attempts(ENDPOINT, ATTEMPTS[:5]),
    "doctor": lambda: doctor.told(Examined(ENDPOINT, FINDINGS)),
    "case entry": lambda: case_messages.entry(CASE, Outcome.LATE),
    "case letter": lambda: case_messages.direct_message(CASE, MARK * 100, f"https://x/{'y' * 500}"),
    "case": lambda: cases.shown(VIEW, [APPEAL] * 10),
    "void case": lambda: cases.shown(replace(VIEW, case=replace(CASE, state=CaseState.VOID)), []),
    "cases": lambda: cases.listed(
        CasePage((CASE,) * 10, LONGEST, LONGEST, LONGEST), CaseQuery(text=MARK * 40)
    ),
    "case deletion": lambda: cases.deletion(CASE),
    "case done": lambda: cases.done(
        Done(CASE, Outcome.LATE, Outcome.REFUSED, Done(CASE, Outcome.LATE), MARK * 500)
    ),
    "purged": lambda: cases.purged(Purged(LONGEST, too_old=True, failure=MARK * 500)),
    "appeal card": lambda: appeal_messages.card(APPEAL, CASE),
    "denied": lambda: appeal_messages.card(replace(APPEAL, state=AppealState.DENIED), CASE),
    "appeal": lambda: appeals.shown([APPEAL] * 10, CASE),
    "appeals": lambda: appeals.listed(Listing(APPEALS, LONGEST, LONGEST, LONGEST)),
    "appeal letter": lambda: appeal_messages.direct_message(
        replace(APPEAL, state=AppealState.DENIED), MARK * 100, f"https://x/{'y' * 500}"
    ),
}


class Headers:
    """What the modal of an endpoint asks of its service: the names of its own headers."""

    def header_names(self, _endpoint: object) -> tuple[str, ...]:
        return tuple("X" * 1000 + str(n) for n in range(10))


async def _submit(*_given: object) -> None: ...


MODALS: dict[str, Callable[[], HeraldModal]] = {
    **longest_tickets.MODALS,
    **longest_automod.MODALS,
    "edit": lambda: modals.EditModal(cast("EditsService", Headers()), ENDPOINT),
    "limits": lambda: modals.LimitsModal(cast("EditsService", Headers()), ENDPOINT),
    "reason": lambda: ReasonModal(MARK * 90, _submit, longest=REASON_LIMIT, reason=MARK * 400),
    "timeout": lambda: TimeoutModal(MARK * 90, user_id=1, handlers=cast("Any", None)),
}


class Languages(NamedTuple):
    """Where translations lie, and what was looked up there in vain."""

    folder: Path
    unmarked: Unmarked


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Languages:
    """The shipped ones, and one whose every text is half as long again as in English."""
    folder = write(tmp_path_factory.mktemp("languages"), en_XA=accented)
    for name in translated():
        shutil.copytree(SHIPPED / name, folder / name)
    return Languages(folder, watch(ACCENTED, folder))


@pytest.fixture(params=[*sorted(translated()), ACCENTED])
def language(request: pytest.FixtureRequest, languages: Languages) -> Generator[str]:
    """What is drawn was collected too: else nobody could translate it."""
    with use(request.param, languages.folder):
        yield request.param
    assert languages.unmarked.found == set()


def taken(said: Said) -> str:
    """What Discord shows of it, once it is checked as Discord checks."""
    post = Post(text=said, is_plain=True) if isinstance(said, str) else said
    given = layout.sent(post)
    assert len(given.get("content", "")) <= limits.CONTENT
    view = given.get("view")
    if view is None:
        return str(given["content"])
    drawn = view.to_components()
    validate_components(drawn, flags=0 if post.is_plain else V2)
    texts = [one["content"] for one in within(drawn) if one["type"] == TEXT]
    return "\n".join([str(given.get("content", "")), *texts, *labels(drawn)])


def labels(components: Sequence[Any]) -> list[str]:
    """What stands on buttons, in menus and about pictures; none of it is our words cut short."""
    found = list[str]()
    for one in within(components):
        parts = (one, *one.get("options", ()), *one.get("items", ()))
        found += [part[key] for part in parts for key in LABELS if part.get(key)]
    ours = [one for one in found if MARK not in one and not one.startswith(BEGINS)]
    assert [one for one in ours if one.endswith("…") and not one.endswith(" …")] == []
    return found


@pytest.mark.parametrize("name", DRAWN)
async def test_the_longest_values_fit(name: str, language: str) -> None:
    said = DRAWN[name]()
    shown = taken(said)
    assert shown
    if language == ACCENTED:
        assert leftovers(shown) == []
    if isinstance(said, str) or said.is_plain:
        # A plain message that had to be cut would have lost its end: a button's meaning, a secret.
        assert len(said if isinstance(said, str) else said.text) <= limits.CONTENT


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("name", MODALS)
async def test_the_longest_values_fit_into_a_modal(name: str) -> None:
    validate_modal(MODALS[name]().to_dict())


MODELS = [*(one.settings for one in FEATURES if one.settings is not None), TypeChoices]
ONE_ID = (SettingKind.CHANNEL, SettingKind.CATEGORY, SettingKind.ROLE)


def longest_of(model: type[FeatureSettings]) -> FeatureSettings:
    """Every text as long as it may be."""
    chosen = model()
    for name, field in model.model_fields.items():
        if model.kind(name) in ONE_ID:
            chosen = chosen.model_copy(update={name: ID})
        elif model.kind(name) is SettingKind.ROLES:
            chosen = chosen.model_copy(update={name: tuple(range(ID - 25, ID))})
        elif model.kind(name) is SettingKind.TEXT:
            most = next((one.max_length for one in field.metadata if hasattr(one, "max_length")), 0)
            chosen = chosen.model_copy(update={name: MARK * (most or 1500)})
    return chosen


class Server:
    """A server that has every channel and role, or none."""

    def __init__(self, has: bool) -> None:
        self._found = discord.Object(ID) if has else None

    def get_channel(self, _channel_id: int) -> discord.Object | None:
        return self._found

    def get_role(self, _role_id: int) -> discord.Object | None:
        return self._found


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("has", [True, False])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.feature)
@pytest.mark.thorough("every setting of every feature")
async def test_every_setting_is_seen_however_long_the_others_are(
    model: type[FeatureSettings], has: bool
) -> None:
    chosen, guild = longest_of(model), cast("discord.Guild", Server(has))
    for picked in ("", *model.model_fields):
        is_choice = picked and model.kind(picked) in OFFERED
        drawn = choice_panel(IDS, model.feature, chosen, guild, picked=picked if is_choice else "")
        shown = taken(drawn)
        for name in model.model_fields:
            assert chosen.meaning(name) in shown
        if picked and not is_choice:
            validate_modal(ValueModal(model.feature, chosen, name=picked, change=_submit).to_dict())
