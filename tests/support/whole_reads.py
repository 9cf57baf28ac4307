"""Whole reads: functions that may read all of a table, which table, and why that does no harm."""

from collections.abc import Mapping

ALL = "*"  # of any table
MAY_READ_WHOLE: Mapping[str, Mapping[str, str]] = {
    "bot.commands.check_local._choices": {"guild_setting": "for `herald check` alone"},
    "bot.demo.queries.all_endpoints": {"endpoint": "the page of the demo alone"},
    "bot.demo.queries.counts": {
        "delivery": "the page of the demo alone",
        "event": "the page of the demo alone",
    },
    "bot.features.audit.retention.OldEntries._drop": {
        "audit_entry": "the first few by their number: as many as LIMIT says"
    },
    "bot.features.cases.remarks.drop_old": {
        "log_remark": "the first few by their number: as many as LIMIT says"
    },
    "bot.features.casino.store.seal_left": {
        "casino_player": "seeds of before they were sealed, at the start"
    },
    "bot.features.dashboard.store.prune": {
        "dashboard_session": "one a person who looked today, once an hour"
    },
    "bot.features.economy.retention_store.guilds": {
        "money_currency": "a few a guild, when it prunes"
    },
    "bot.features.incoming.store.every": {"incoming_webhook": "kept in memory from then on"},
    "bot.features.incoming.store.guilds": {"incoming_webhook": "a few a guild, at the start"},
    "bot.features.scams.picture_store.wholes": {
        "scam_picture": "the newest few, kept in memory from then on"
    },
    "bot.features.members.store.LostGuilds._step": {"guild_sight": "one a guild, once an hour"},
    "bot.features.settings.store.all_of": {"guild_setting": "one feature's, at the start"},
    "bot.features.tickets.type_store.guilds": {
        "ticket_panel": "a few a guild, at the start",
        "ticket_type": "a few a guild, at the start",
    },
    "bot.fleet.store.beat": {"herald_process": "one a process"},
    "bot.fleet.store.enter": {"herald_process": "one a process"},
    "bot.fleet.store.everybody": {"herald_process": "one a process"},
    "bot.outbox.backlog.read_backlog": {
        "delivery": "counts the narrowest index, four times a minute at most: 10 ms a million"
    },
    "bot.outbox.due_repair._pull_waits": {"endpoint": "a few a guild, at the start"},
    "bot.outbox.endpoint_store._select": {
        "endpoint": "kept in memory from the start on",
        "subscription": "kept in memory from the start on",
    },
    "bot.outbox.feed.FeedEntries.prune": {"feed": "one an endpoint, when it prunes"},
    "bot.storage.sealed.reseal": {ALL: "for a changed key alone"},
    "bot.storage.sealed.sealed": {ALL: "for `herald check` alone"},
    "bot.storage.stored_rows.StoredRows.count": {ALL: "for `herald port` alone"},
    "bot.storage.stored_rows.StoredRows.last": {ALL: "for `herald port` alone"},
    "bot.storage.stored_rows.StoredRows.pages": {ALL: "for `herald port` alone"},
    "bot.storage.sweep.lease": {"network_search": "its rows go when they are done"},
}
