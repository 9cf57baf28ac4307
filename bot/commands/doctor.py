"""`herald doctor`: looks how a receiver answers good and bad requests, and says what to mend."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot import logs
from bot.clock import SystemClock
from bot.commands.console import complain
from bot.commands.doctor_report import DoctorReport, MachineReport
from bot.commands.event_loop import Stop, in_loop
from bot.commands.receiver import dialect_for, policy_for, way_out
from bot.delivery.dns import SystemResolve
from bot.delivery.doctor import GuardedDoor
from bot.delivery.egress import egress_of
from bot.delivery.failures import Deadlines
from bot.delivery.guard import Guard
from bot.features.endpoints.doctor_grades import Grade, ProbeFinding, overall
from bot.features.endpoints.doctor_probes import Doctor
from bot.features.endpoints.doctor_requests import ProbedEndpoint

CONNECT_SECONDS = 5.0


def probed(url: str, secret: str, dialect: str, guild_id: int) -> ProbedEndpoint:
    """The receiver to examine; a UserError says what cannot be sent as it was asked."""
    spelled = dialect_for(dialect, secret, variable="HERALD_DOCTOR_SECRET")
    return ProbedEndpoint(url, spelled, guild_id, secret)


def doctor(
    probed: ProbedEndpoint, *, timeout: float, as_machine: bool, config_file: Path | None = None
) -> int:
    """Examine it and print every finding: 0, or 1 where one failed or somebody stopped it.

    `timeout` is how many seconds an answer may take; `config_file` has the proxy on the way there.
    """
    egress = egress_of(way_out(config_file))
    logs.configure(style="console", level="ERROR", secrets=[probed.secret])
    report = (MachineReport if as_machine else DoctorReport)(probed.url, probed.dialect.name)

    async def main(stop: Stop) -> Sequence[ProbeFinding] | None:
        policy = await policy_for(probed.url)
        resolve = SystemResolve()
        limits = Deadlines(connect=min(CONNECT_SECONDS, timeout), total=timeout)
        door = GuardedDoor(Guard(policy, resolve), limits, egress=egress)
        try:
            examined = Doctor(door, SystemClock()).examine(probed, report.tell)
            return await _unless_stopped(asyncio.create_task(examined), stop)
        finally:
            report.close()
            resolve.close()

    findings = in_loop(main)
    if findings is None:
        complain("stopped before the last probe")
        return 1
    return int(overall(findings) is Grade.FAIL)


async def _unless_stopped(
    examination: "asyncio.Task[Sequence[ProbeFinding]]", stop: Stop
) -> Sequence[ProbeFinding] | None:
    stopped = asyncio.create_task(stop.asked.wait())
    try:
        await asyncio.wait((examination, stopped), return_when=asyncio.FIRST_COMPLETED)
        return examination.result() if examination.done() else None
    finally:
        for task in (stopped, examination):
            task.cancel()
        await asyncio.gather(stopped, examination, return_exceptions=True)
