"""Two job queues with the same task, each in the environment that `make bench PEERS=1` installs.

A job is enqueued durably from the same number of tasks, signed, posted with as many requests in
flight, acknowledged. Both keep their jobs in a Redis of the run's own.
"""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.load import SECRET, Load, NotMeasured, Outcome, rated, ready
from bench.peers.redis_server import serving

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PYTHON = ROOT / ".bench" / "peers" / "bin" / "python"
BULLMQ = HERE / "node_modules" / "bullmq"
ASK = "make bench PEERS=1 installs it"
IN_FLIGHT = 256  # requests, as Herald has it by default


async def taskiq(load: Load) -> Outcome:
    """taskiq with Redis Streams: its own command runs two workers, a third process enqueues."""
    if not PYTHON.exists():
        raise NotMeasured(f"no taskiq: {ASK}")
    return await _compete(load, (str(PYTHON), str(HERE / "taskiq_peer.py")), share=4)


async def bullmq(load: Load) -> Outcome:
    """BullMQ and undici: queue and worker in one process, its fastest way on two cores."""
    beside = Path(sys.executable).parent  # the developer's tools bring a Node
    node = shutil.which("node", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None or not BULLMQ.is_dir():
        raise NotMeasured(f"no BullMQ: {ASK}")
    return await _compete(load, (node, str(HERE / "bullmq_peer.mjs")), share=1)


async def _compete(load: Load, command: Sequence[str], *, share: int) -> Outcome:
    """Run the peer's program on a Redis of its own; one in `share` deliveries shows its rate."""
    deliveries = load.sizes.deliveries // share
    async with serving() as redis:
        job = load.folder / "job.json"
        job.write_text(json.dumps(_job(load, deliveries) | {"redis": redis}), encoding="utf-8")
        told = json.loads(await _run((*command, str(job))))
    return rated(told["seconds"], deliveries, settled=told["settled"], warm_up=load.sizes.warm_up)


def _job(load: Load, deliveries: int) -> dict[str, object]:
    one = ready(0)
    always = ("Phantom-Event-Type", "User-Agent", "Content-Type")
    return {
        "port": load.port,
        "deliveries": deliveries,
        "warm_up": load.sizes.warm_up,
        "tasks": load.sizes.tasks,
        "endpoints": load.sizes.endpoints,
        "in_flight": IN_FLIGHT,
        "secret": SECRET,
        "body": one.body.decode(),
        "headers": {name: value for name, value in one.headers().items() if name in always},
    }


async def _run(command: Sequence[str]) -> str:
    """The last line that the program prints."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{command[-2]} failed:\n{errors.decode()[-4000:]}")
    return output.decode().splitlines()[-1]
