"""Views of the bot's status: what is well in a few words, what is not with what to do."""

from collections.abc import Iterator
from datetime import timedelta

from bot.client.gateway import GatewaySeen
from bot.controls import Button, ControlId, Post, Tone
from bot.features.status.service import EndpointBacklog, GuildStatus, ProcessSeen
from bot.kept_texts import worded
from bot.texts import _, ago, ngettext
from bot.user_text import inline

LOOK = ControlId("status:look")

SHOWN = 10  # webhooks
NAME_SHOWN = 40  # characters
ERROR_SHOWN = 60
REMEMBERED = timedelta(days=1)  # how long a gap is told of


def status_card(found: GuildStatus, gateway: GatewaySeen, lag: float) -> Post:
    """Everything, the worst in the title."""
    is_well = found.is_well and gateway.is_connected
    return Post(
        _("All is well") if is_well else _("Something needs a look"),
        fields=(
            (_("Discord"), ", ".join(_discord(found, gateway, lag))),
            (_("Webhooks"), _webhooks(found)),
            (_("Database"), _database(found)),
            (_("Clock"), _clock(found)),
            *_processes(found),
        ),
        footer=_("Herald {version}").format(version=found.version),
        tone=Tone.GOOD if is_well else Tone.WARNING,
        buttons=(Button(_("Look again"), custom_id=LOOK.of()),),
    )


def _discord(found: GuildStatus, gateway: GatewaySeen, lag: float) -> Iterator[str]:
    yield _("connected") if gateway.is_connected else _("⚠️ not connected, I try again")
    if gateway.latency is not None:
        yield _("answers in {ms} ms").format(ms=round(gateway.latency * 1000))
    if gateway.shards > 1:
        text = _("shard {number} of {count}")
        yield text.format(number=gateway.shard, count=gateway.shards)
    text = _("last event {seconds} s before this one")
    yield text.format(seconds=round(gateway.silence))
    yield _("this reached me after {seconds:.1f} s").format(seconds=lag)
    gap = gateway.gap
    if gap is not None and found.now - gap.ended < REMEMBERED:
        text = (
            _("away for {seconds} s until {when}, and told of all that I missed")
            if gap.is_resumed
            else _("away for {seconds} s until {when}; what happened meanwhile I was not told")
        )
        yield text.format(seconds=round(gap.seconds), when=ago(gap.ended))


def _webhooks(found: GuildStatus) -> str:
    if found.queue is None:
        return _("not known, as the database does not answer")
    if not found.queue:
        return _("there is none; /webhook create makes one")
    lines = [line for one in found.queue if (line := _waiting(found, one))]
    if not lines:
        count = len(found.queue)
        text = ngettext("{count}, and nothing waits", "{count}, and nothing waits", count)
        return text.format(count=count)
    more = len(lines) - SHOWN
    lines = lines[:SHOWN]
    if more > 0:
        lines.append(_("and {count} more").format(count=more))
    return "\n" + "\n".join(lines)


def _waiting(found: GuildStatus, one: EndpointBacklog) -> str:
    """What one is owed and why; empty where that is nothing."""
    told = ", ".join(_owed(found, one))
    if not told:
        return ""
    mark = "⚠️ " if found.is_troubled(one) else ""
    return f"{mark}**{inline(one.name, NAME_SHOWN)}**: {told}"


def _owed(found: GuildStatus, one: EndpointBacklog) -> Iterator[str]:
    if one.delivering:
        yield _("on their way: {count}").format(count=one.delivering)
    if one.pending and not one.receives:
        yield _("held: {count}, as it does not receive").format(count=one.pending)
    elif one.pending and one.due_at is not None:
        text = (
            _("waiting: {count}, due since {when}")
            if one.due_at <= found.now
            else _("waiting: {count}, the next attempt {when}")
        )
        yield text.format(count=one.pending, when=ago(one.due_at))
    if one.is_switched_off:
        yield _("switched off, as it failed too often: /webhook enable")
    if one.missed:
        yield _("missed: {count}, see /webhook show").format(count=one.missed)
    if one.last_error is not None:
        yield _("last error: {error}").format(error=inline(worded(one.last_error), ERROR_SHOWN))


def _database(found: GuildStatus) -> str:
    if found.queue is None:
        text = _("⚠️ {engine} does not answer. Tell whoever runs this bot.")
        return text.format(engine=found.database)
    mark = "⚠️ " if found.is_slow else ""
    text = _("{engine}, answers in {ms} ms")
    return mark + text.format(engine=found.database, ms=round(found.database_seconds * 1000))


def _processes(found: GuildStatus) -> Iterator[tuple[str, str]]:
    """All that share the database, where there are several."""
    if len(found.processes) > 1:
        lines = [_process(one) for one in found.processes[:SHOWN]]
        if (more := len(found.processes) - SHOWN) > 0:
            lines.append(_("and {count} more").format(count=more))
        yield _("Processes"), "\n".join(lines)


def _process(one: ProcessSeen) -> str:
    name = f"**{inline(one.name, NAME_SHOWN)}** ({', '.join(sorted(one.assignment.roles))})"
    if not one.is_alive:
        text = _("⚠️ {name}: not heard of for {seconds} s")
        return text.format(name=name, seconds=round(one.age))
    text = _("{name}: version {version}, {seconds:.1f} s late, holds {count} deliveries")
    said = text.format(name=name, version=one.version, seconds=one.lag, count=one.leases)
    if one.assignment.shards is None:
        return said
    return said + ", " + _("shards {shards}").format(shards=one.assignment.shards)


def _clock(found: GuildStatus) -> str:
    if found.skew_seconds is None:
        return _("not compared yet")
    if not found.is_clock_off:
        return _("right, to {seconds:.1f} s").format(seconds=abs(found.skew_seconds))
    text = _(
        "⚠️ {seconds:.0f} s off: receivers refuse what I sign. Whoever runs this bot lets the "
        "machine set its clock by itself (NTP)."
    )
    return text.format(seconds=abs(found.skew_seconds))
