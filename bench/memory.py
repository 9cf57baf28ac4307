"""What an emitter with a full ready queue takes of memory, in a process that has nothing else."""

import json
import tempfile
from pathlib import Path

from bench.emitting import child, file_url
from bench.load import Load, NotMeasured, Outcome

STATUS = Path("/proc/self/status")
LANE, IN_FLIGHT = 64, 16  # deliveries of one endpoint in memory, as the settings have them


async def run(load: Load) -> Outcome:
    """Megabytes: the interpreter, with everything imported, with the queue full."""
    if not STATUS.exists():
        raise NotMeasured("no /proc here to read it from")
    ready = load.sizes.ready
    endpoints = 3 * ready // LANE  # the fuller all lanes are, the less one may hold
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        url = file_url(Path(folder) / "herald.db")
        named = (
            "--path",
            "never",
            "--endpoints",
            endpoints,
            "--deliveries",
            endpoints * (LANE + IN_FLIGHT),
        )
        await child("bench.backlog", url, "--port", load.port, *named)
        told = await child("bench.holding", url, load.port, ready)
    return Outcome(json.loads(told))
