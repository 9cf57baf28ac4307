"""`herald doctor`: looks how a receiver answers good and bad requests, and says what to mend."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot import logs
from bot.clock import SystemClock
from bot.commands.console import complain
from bot.commands.doctor_report import report_of
from bot.commands.event_loop import Stop, in_loop
from bot.commands.trigger import policy_for
from bot.commands.trigger_report import missing_secret, unfit_secret, unknown_dialect
from bot.delivery.dns import SystemResolve
from bot.delivery.doctor import GuardedDoor
from bot.delivery.failures import Deadlines
from bot.delivery.guard import Guard
from bot.dialects import build_dialects
from bot.errors import UserError
from bot.features.endpoints.doctor_grades import Grade, ProbeFinding, overall
from bot.features.endpoints.doctor_requests import ProbedEndpoint
from bot.features.endpoints.doctor_visit import Doctor

CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class DoctorOptions:
    """Options: the receiver to examine; `timeout` in seconds."""

    url: str
    secret: str = field(repr=False)
    dialect: str = "phantom"
    guild_id: int = 123456789012345678
    timeout: float = 10.0

    def probed(self) -> ProbedEndpoint:
        """The receiver; a UserError says what cannot be sent as it was asked."""
        dialects = build_dialects()
        dialect = dialects.get(self.dialect)
        if dialect is None:
            raise UserError(unknown_dialect(self.dialect, list(dialects)))
        if not self.secret:
            raise UserError(missing_secret("HERALD_DOCTOR_SECRET"))
        if not dialect.takes_secret(self.secret):
            raise UserError(unfit_secret(dialect.name))
        return ProbedEndpoint(self.url, dialect, self.guild_id, self.secret)


def doctor(order: DoctorOptions, *, as_machine: bool) -> int:
    """Examine it and print every finding: 0, or 1 where one failed or somebody stopped it."""
    probed = order.probed()
    logs.configure(style="console", level="ERROR", secrets=[order.secret])
    report = report_of(order.url, order.dialect, as_machine=as_machine)

    async def main(stop: Stop) -> Sequence[ProbeFinding] | None:
        policy = await policy_for(order.url)
        resolve = SystemResolve()
        limits = Deadlines(connect=min(CONNECT_SECONDS, order.timeout), total=order.timeout)
        door = GuardedDoor(Guard(policy, resolve), limits)
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
