"""Outcomes that waited for a database that was away: only those count whose lease still holds."""

from bot.outbox.hot import CLAIM, SETTLE
from bot.outbox.rows import EndpointCounters
from bot.outbox.tables import DeliveryState, attempt
from bot.storage.database import Database
from tests.integration.outbox.test_hot_settling import LEASE, leased
from tests.support.rows import NOW, expired, outcome, rows

FAILED = DeliveryState.FAILED


async def test_what_waited_beyond_its_lease_counts_for_nothing(database: Database) -> None:
    """Both outcomes waited for a database that was away, and are written together."""
    endpoint, (late,) = await leased(database)
    await expired(database, NOW + LEASE, NOW + LEASE)
    wanted, dialects = {endpoint.id: 1}, {endpoint.id: "phantom"}
    claimed = await database.hot(CLAIM, wanted, dialects, NOW + LEASE, NOW + 2 * LEASE)
    both = [outcome(late, FAILED, status=404), outcome(claimed.due[0])]

    recorded, standings = await database.hot(SETTLE, both, NOW + LEASE + 10)

    assert recorded == {late.id}
    assert standings == [EndpointCounters(endpoint.id, 0, "active")]
    tried = [(row["error"], row["status"]) for row in await rows(database, attempt)]
    assert tried == [("unknown", None), (None, 200)]
