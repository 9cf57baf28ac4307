"""Answers of a large guild: how long each command takes that lists, searches, exports or counts."""

from collections.abc import AsyncIterator, Awaitable, Callable
from statistics import mean
from time import perf_counter

from bench.conversations import open_ticket, parts_on
from bench.emitting import add_endpoints, file_url, opened
from bench.large_guild import Books, fill
from bench.load import FIRST_GUILD, Load, Outcome
from bench.pauses import pauses, percentile
from bot.acts import Actor
from bot.feature import Parts
from bot.features.audit import AUDIT
from bot.features.audit.queries import AuditQuery
from bot.features.cases import CASES
from bot.features.cases.queries import CaseQuery
from bot.features.economy import ECONOMY
from bot.features.economy.statements import StatementQuery
from bot.features.endpoints import ENDPOINTS
from bot.features.levels import LEVELS
from bot.features.levels.boards import BoardSpan
from bot.features.privacy import PRIVACY
from bot.features.settings import SETTINGS
from bot.features.tickets import TICKETS
from bot.features.tickets.model import Visitor
from bot.features.tickets.statistics import StatisticsSpan

PERSON = FIRST_GUILD + 1
ROUNDS = 2  # nobody may take their own data with them more often than that and once more
LAST_PAGE = 10**6
EXPORTS = ("/case export", "/audit export", "/economy ledger", "/levels export")

Ask = Callable[[], Awaitable[object]]


async def run(load: Load) -> Outcome:
    """Milliseconds of each command, of the slowest, and of the loop's waits beside the exports."""
    sizes, file = load.sizes, load.folder / "large-guild.db"
    is_new = not file.exists()
    if is_new:
        emitter = await opened(file_url(file), load.port)
        await add_endpoints(emitter, [load.url(0)])
        ticket_id = await open_ticket(emitter, FIRST_GUILD)
        await emitter.close()
        books = Books(sizes.cases, sizes.entries, sizes.people, sizes.messages)
        fill(file, ticket_id, books)
    emitter = await opened(file_url(file), load.port)
    try:
        parts = parts_on(emitter)
        staff = Actor(FIRST_GUILD, 1, "harbour_master")
        await parts[SETTINGS].service.change(staff, "economy", "enabled", True)
        asked = commands(parts)
        took = {name: await _took(ask) for name, ask in asked.items()}
        async with pauses() as found:
            for name in EXPORTS:
                await asked[name]()
    finally:
        await emitter.close()
    return Outcome({**took, "slowest": max(took.values()), "p99": percentile(found, 99)})


def commands(parts: Parts) -> dict[str, Ask]:
    """By what people type."""
    return {**_of_cases(parts), **_of_money(parts), **_of_others(parts)}


def _of_cases(parts: Parts) -> dict[str, Ask]:
    records, lookup, guild = parts[CASES].records, parts[AUDIT].lookup, FIRST_GUILD

    async def audited(query: AuditQuery, page: int) -> object:
        return await lookup.page(guild, await lookup.keep(guild, query), page)

    return {
        "/case search": lambda: records.search(guild, CaseQuery()),
        "/case search, last page": lambda: records.search(guild, CaseQuery(), LAST_PAGE),
        "/case history": lambda: records.search(guild, CaseQuery(user_id=PERSON)),
        "/case search, a word": lambda: records.search(guild, CaseQuery(text="boat")),
        "/case search, no word": lambda: records.search(guild, CaseQuery(text="submarine")),
        "/case view, a name typed": lambda: records.suggested(guild, "otter_99"),
        "/case export": lambda: _whole(records.export(guild)),
        "/audit search": lambda: audited(AuditQuery(), 1),
        "/audit search, last page": lambda: audited(AuditQuery(), LAST_PAGE),
        "/audit search, no word": lambda: audited(AuditQuery(text="submarine"), 1),
        "/audit search, a type typed": lambda: lookup.types(guild, "role"),
        "/audit export": lambda: _whole(lookup.export(guild, AuditQuery())),
    }


def _of_money(parts: Parts) -> dict[str, Ask]:
    statements, levels = parts[ECONOMY].statements, parts[LEVELS].service
    boards = levels.boards
    guild, mine = FIRST_GUILD, StatementQuery(PERSON)
    return {
        "/ledger": lambda: statements.page(guild, mine, 1),
        "/ledger, last page": lambda: statements.page(guild, mine, LAST_PAGE),
        "/economy ledger": lambda: statements.export(guild, mine),
        "/economy books": lambda: statements.books(guild, 1),
        "/richest": lambda: statements.richest(guild, 1, 1),
        "/richest, last page": lambda: statements.richest(guild, 1, LAST_PAGE),
        "/rank": lambda: boards.of(guild, PERSON),
        "/leaderboard": lambda: boards.page(guild, BoardSpan.ALL, 1),
        "/levels export": lambda: _whole(levels.transfers.export(guild)),
        "/leaderboard, last page": lambda: boards.page(guild, BoardSpan.ALL, LAST_PAGE),
    }


def _of_others(parts: Parts) -> dict[str, Ask]:
    tickets, endpoints = parts[TICKETS].service, parts[ENDPOINTS]
    privacy, guild = parts[PRIVACY].service, FIRST_GUILD
    staff = Visitor(guild, 1, "harbour_master", manages=True)

    async def transcript() -> None:
        await tickets.transcripts.page(staff, await tickets.numbered(guild, 1))

    return {
        "/ticket transcript": transcript,
        "/ticket stats": lambda: tickets.statistics.of(staff, StatisticsSpan.ALL),
        "/webhook deliveries": lambda: endpoints.deliveries.deliveries(guild, "receiver 0"),
        "/webhook stats": lambda: endpoints.statistics.last(guild, 1, 24),
        "/mydata": lambda: privacy.look(guild, PERSON),
        "/mydata, a file": lambda: privacy.export(guild, PERSON),
    }


async def _took(ask: Ask) -> float:
    """The mean of some, in milliseconds; the first of all is not timed: it compiles."""
    await ask()
    took = list[float]()
    for _ in range(ROUNDS):
        began = perf_counter()
        await ask()
        took.append(perf_counter() - began)
    return mean(took) * 1e3


async def _whole(pieces: AsyncIterator[bytes]) -> int:
    return sum([len(one) async for one in pieces])
