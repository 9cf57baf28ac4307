"""Hot operations as pairs: what the rest of the outbox calls, whichever engine runs it."""

from bot.outbox import sql_postgres, sql_sqlite
from bot.storage.database import Hot

ADD = Hot(sql_sqlite.add, sql_postgres.add)
CLAIM = Hot(sql_sqlite.claim, sql_postgres.claim)
SETTLE = Hot(sql_sqlite.settle, sql_postgres.settle)
RELEASE = Hot(sql_sqlite.release, sql_postgres.release)
RENEW = Hot(sql_sqlite.renew, sql_postgres.renew)
