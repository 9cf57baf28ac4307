"""Drawings of set-up, status and somebody's own data with the longest values that there can be."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from bot.client.gateway import GatewaySeen
from bot.client.gateway_gaps import GatewayGap
from bot.client.interactions import Said
from bot.features.privacy.service import DataHolding, DataHoldings, Deletion
from bot.features.setup.model import has_switch
from bot.features.setup.survey import Checkup, FeatureCheck
from bot.features.status.service import GuildStatus
from bot.needs import Defect
from bot.outbox.backlog import EndpointBacklog
from bot.outbox.tables import EndpointState
from bot.personal_data import PersonalTable
from bot.texts import _
from bot.wiring import FEATURES
from cogs.privacy import views as privacy
from cogs.setup import handlers, views
from cogs.status.views import status_card
from tests.unit.client.longest import AT, MARK

MODELS = [one.settings for one in FEATURES if one.settings is not None]
SWITCHES = [one for one in MODELS if has_switch(one)]


def _checkup() -> Checkup:
    mend = _("Server Settings → Roles → my role → Permissions, and tick it")
    names = tuple(_(one.title) for one in MODELS)
    return Checkup(
        tuple(FeatureCheck(one, (Defect(MARK * 3000, mend),) * 9) for one in names), names
    )


WAITING = EndpointBacklog(MARK * 100, EndpointState.ACTIVE, 10**6, 10**6, 10**6, AT, MARK * 500)
STATUS = GuildStatus(AT, "PostgreSQL", 99.0, [WAITING] * 25, -(10.0**6), is_clock_off=True)
GATEWAY = GatewaySeen(
    is_connected=False,
    shard=999,
    shards=1000,
    latency=99.0,
    silence=10.0**6,
    gap=GatewayGap(AT - timedelta(days=9), AT, is_resumed=False),
)


def _tables() -> list[PersonalTable]:
    """All that are declared; those of features that make theirs stand in their classes."""
    found = list[PersonalTable]()
    for one in FEATURES:
        if find_spec(name := f"bot.features.{one.name}.personal_data") is None:
            continue
        module = import_module(name)
        for value in vars(module).values():
            tables: Sequence[PersonalTable] = getattr(value, "tables", ())
            found += tables if isinstance(tables, tuple) else ()
    return found


TABLES = [one for one in _tables() if one.own]
HELD = DataHoldings(
    tuple(DataHolding(one, 10**9) for one in TABLES if not one.is_secret),
    tuple(one for one in TABLES if one.is_secret),
)

DRAWN: dict[str, Callable[[], Said]] = {
    "setup features": lambda: views.features(SWITCHES, {}, handlers.PICKED.of()),
    "setup done": lambda: views.done(_checkup(), has_endpoint=False),
    "setup check": lambda: views.checked(views.page_of(_checkup(), 2)),
    "status": lambda: status_card(STATUS, GATEWAY, 10.0**6),
    "my data": lambda: privacy.overview(HELD),
    "my data's deletion": lambda: privacy.question(HELD),
    "my data deleted": lambda: privacy.deleted(Deletion(10**9, (MARK * 300,) * 5)),
}
