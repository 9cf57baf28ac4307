"""taskiq's side of the bench; it runs in an environment of its own and imports nothing of Herald.

    python taskiq_peer.py JOB.json      prints {"seconds": …, "settled": …}

`JOB.json` names the receiver's and Redis's ports, the numbers, the bodies and the secret. This
process enqueues; `taskiq worker` runs the jobs in its usual two processes.
"""
# taskiq is not among Herald's requirements: it cannot be looked up from there.
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import asyncio
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import uvloop
from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from redis.asyncio import Redis
from taskiq.serializers import ORJSONSerializer
from taskiq_redis import RedisStreamBroker

WORKERS = 2
GROUP = "taskiq"
JOB = json.loads(Path(os.environ.get("BENCH_JOB") or sys.argv[1]).read_text())
SECRET = JOB["secret"].encode()

broker = RedisStreamBroker(
    f"redis://127.0.0.1:{JOB['redis']}",
    queue_name="bench",
    consumer_group_name=GROUP,
    consumer_id="0",
).with_serializer(ORJSONSerializer())
_opened: list[ClientSession] = []


def session() -> ClientSession:
    """One for each process."""
    if not _opened:
        _opened.append(ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar()))
    return _opened[0]


@broker.task(task_name="deliver")
async def deliver(url: str, event_id: str, body: str) -> None:
    """Sign, post, read the answer."""
    stamp, data = str(int(time.time())), body.encode()
    digest = hmac.new(SECRET, stamp.encode() + b"." + data, hashlib.sha256).hexdigest()
    headers = JOB["headers"] | {
        "Phantom-Signature": f"t={stamp},v1={digest}",
        "Phantom-Event-Id": event_id,
        "Idempotency-Key": event_id,
    }
    async with session().post(url, data=data, headers=headers, allow_redirects=False) as answer:
        await answer.read()
        answer.raise_for_status()


async def enqueue(count: int) -> None:
    """So many jobs from so many tasks, each waiting until Redis has its job."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            url = f"http://127.0.0.1:{JOB['port']}/hooks/{number % JOB['endpoints']:02}"
            await deliver.kiq(url, str(uuid4()), JOB["body"])

    await asyncio.gather(*(work() for _ in range(JOB["tasks"])))


async def acknowledged(redis: Redis) -> None:
    """Return when every job that was enqueued is acknowledged."""
    while True:
        group = (await redis.xinfo_groups("bench"))[0]
        if not group["pending"] and not group["lag"]:
            return
        await asyncio.sleep(0.01)  # Redis tells nobody; one can only ask


async def main() -> None:
    """Warm up, then measure."""
    await broker.startup()
    redis = Redis.from_url(f"redis://127.0.0.1:{JOB['redis']}")
    await enqueue(JOB["warm_up"])
    await acknowledged(redis)
    began = time.perf_counter()
    await enqueue(JOB["deliveries"])
    await acknowledged(redis)
    seconds = time.perf_counter() - began
    settled = (await redis.xinfo_groups("bench"))[0]["entries-read"]
    print(json.dumps({"seconds": seconds, "settled": settled}))
    await redis.aclose()
    await broker.shutdown()


def workers() -> subprocess.Popen[bytes]:
    """taskiq's own command, as its documentation has it for many short tasks."""
    in_flight = JOB["in_flight"] // WORKERS
    return subprocess.Popen(
        [
            *(str(Path(sys.executable).with_name("taskiq")), "worker", "taskiq_peer:broker"),
            *("--workers", str(WORKERS), "--max-async-tasks", str(in_flight)),
            *("--ack-type", "when_executed", "--no-parse", "--log-level", "ERROR"),
        ],
        cwd=Path(__file__).parent,
        env={**os.environ, "BENCH_JOB": sys.argv[1]},
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    running = workers()
    try:
        uvloop.run(main())
    finally:
        running.terminate()
        running.wait()
