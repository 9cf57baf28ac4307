"""Longest legal values of what the bot shows, made of what grows most when it is escaped."""

from datetime import UTC, datetime
from uuid import UUID

from bot.features.appeals.model import MESSAGE_LIMIT, Appeal, AppealState
from bot.features.appeals.model import REASON_LIMIT as ANSWER_LIMIT
from bot.features.cases.evidence import PIECES
from bot.features.cases.model import NOTE_LIMIT, REASON_LIMIT, Case, CaseState
from bot.features.cases.queries import Exhibit, Note
from bot.features.cases.records import NOTES, CaseView
from bot.features.endpoints.history import AttemptRow, DeliverySummary, ShownState
from bot.features.endpoints.model import DESCRIPTION_LIMIT, NAME_LIMIT
from bot.outbox.endpoints import Endpoint
from bot.outbox.filters import LENGTH_LIMIT
from bot.outbox.tables import EndpointState
from bot.uploads import NAME_LIMIT as FILE_LIMIT

AT = datetime(2026, 5, 24, tzinfo=UTC)
ID = 2**63 - 1
MARK = "*"

ENDPOINT = Endpoint(
    id=10**18 - 1,
    uuid=UUID(int=1),
    guild_id=ID,
    name=MARK * NAME_LIMIT,
    url=f"https://{'x' * 60}.example/{MARK * 1900}",
    dialect="phantom",
    state=EndpointState.AUTO_DISABLED,
    created_by_id=ID,
    created_at=AT,
    changed_at=AT,
    failures=2**31 - 1,
    delivered_at=AT,
    last_error=MARK * 500,
    patterns=tuple(f"{MARK * 30}.{n}" for n in range(60)),
    sealed_secret=b"",
    description=MARK * DESCRIPTION_LIMIT,
    version=10**9 - 1,
    next_secret_at=AT,
    threshold=2**63 - 1,
    filter=MARK * LENGTH_LIMIT,
    rate_limit=2**31 - 1,
)
CASE = Case(
    id=ID,
    guild_id=ID,
    number=2**31 - 1,
    type="tempban",
    user_id=ID,
    username=MARK * 32,
    moderator_id=ID,
    moderator_name=MARK * 32,
    reason=MARK * REASON_LIMIT,
    source="bot",
    state=CaseState.ACTIVE,
    created_at=AT,
    expires_at=AT,
    failure=MARK * 500,
)
VIEW = CaseView(
    CASE,
    [Note(n, ID, MARK * 32, MARK * NOTE_LIMIT, AT) for n in range(NOTES)],
    [Exhibit(n, MARK * FILE_LIMIT, "image/png", 8, ID, AT) for n in range(PIECES)],
)
APPEAL = Appeal(
    id=10**18 - 1,
    guild_id=ID,
    case_id=ID,
    case_number=2**31 - 1,
    case_type="tempban",
    user_id=ID,
    username=MARK * 32,
    attempt=10,
    message=MARK * MESSAGE_LIMIT,
    state=AppealState.OPEN,
    created_at=AT,
    decided_at=AT,
    decided_by_id=ID,
    decided_by_name=MARK * 32,
    reason=MARK * ANSWER_LIMIT,
    failure=MARK * 500,
)
DELIVERY = DeliverySummary(
    id=10**18 - 1,
    key=f"evt_{MARK * 60}",
    event_type=MARK * 60,
    created_at=AT,
    state=ShownState.FAILED,
    word="failed",
    attempt=2**31 - 1,
    last_status=599,
    last_error=MARK * 500,
    next_due_at=AT,
)
ATTEMPT = AttemptRow(
    id=10**18 - 1,
    delivery_id=10**18 - 1,
    number=2**31 - 1,
    started_at=AT,
    latency_ms=2**31 - 1,
    status=None,
    error=MARK * 500,
    detail=MARK * 500,
    answer=b"`" * 2048,
)
