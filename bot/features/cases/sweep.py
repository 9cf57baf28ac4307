"""Sweep of cases: ends that are due, acts that a crash cut, mutes to be given once more."""

from dataclasses import replace
from functools import partial

from bot.features.cases import store
from bot.features.cases.expiry import Expiry
from bot.features.cases.messages import CaseMessages
from bot.features.cases.model import Case
from bot.features.cases.ports import CasesPorts
from bot.features.cases.reapply import Reapply
from bot.features.cases.recovery import Recovery
from bot.features.cases.tables import moderation_case
from bot.features.cases.transitions import BANS, CaseTransitions
from bot.storage.sweep import DueRows, Sweep


def sweep_of(
    ports: CasesPorts, transitions: CaseTransitions, messages: CaseMessages, reapply: Reapply
) -> Sweep:
    """The rows are the schedule; the person's turn is kept from moderators meanwhile."""
    sweep = Sweep(
        "cases",
        ports.database,
        clock=ports.clock,
        ready=lambda: ports.acts.is_connected,
        first=partial(recall, ports, transitions),
        locks=ports.locks,
    )
    for name, due, deal in (
        ("expired", store.expired, Expiry(ports, transitions).end),
        ("stuck", store.stuck, Recovery(ports, transitions, messages=messages).unstick),
        ("repeated", store.repeated, reapply.repeat_quietly),
    ):
        rows = DueRows(name, moderation_case, due, store.case_of, deal)
        sweep.rows(replace(rows, key=_person, still=store.unchanged))
    return sweep


async def recall(ports: CasesPorts, transitions: CaseTransitions) -> None:
    """Expect what a process before this one left under way: its echo may still come."""
    async with ports.database.reading() as reading:
        pending, due = await store.under_way(reading, ports.clock.now())
    for case in pending:
        transitions.expect(case)
    for case in due:
        if case.type in BANS:
            ports.echoes.expect(*case.person, "unbanned")


def _person(case: Case) -> tuple[int, int]:
    return case.person
