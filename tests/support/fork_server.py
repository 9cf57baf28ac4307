"""Fork server: a process that has imported the bot once, and forks for every program asked of it.

What is forked is a process like any other, with a folder, an environment, files, signals and an
exit code of its own; it only need not import everything anew, which takes a second of a processor.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass

LONGEST = 1 << 20
STREAMS = 4  # standard input, output, errors; and where the pid and the exit code are told


@dataclass(frozen=True, slots=True)
class Order:
    """What to run: `python -m module *arguments` in `folder`."""

    module: str
    arguments: tuple[str, ...]
    folder: str
    environment: dict[str, str]

    def send(self, control: socket.socket, streams: list[int]) -> None:
        """Ask the server at the other end for it."""
        socket.send_fds(control, [json.dumps(asdict(self)).encode()], streams)


def preload() -> None:
    """Import the bot and everything it uses; what a program is started by stays for it to run."""
    for package in ("bot", "cogs"):
        path = importlib.import_module(package).__path__
        for found in pkgutil.walk_packages(path, f"{package}."):
            # The demo's simulated Discord changes discord.py when it is imported.
            if not found.name.startswith(("bot.__main__", "bot.demo")):
                importlib.import_module(found.name)


def next_order(control: socket.socket) -> Order:
    """Fork for each order; returns in the child, with everything set up as the order says."""
    while True:
        message, streams, _flags, _address = socket.recv_fds(control, LONGEST, STREAMS)
        if not message:
            os._exit(0)  # nobody is left who could ask
        if os.fork() == 0:
            control.close()
            order = Order(**json.loads(message))
            if watched(streams.pop()):
                become(order, streams)
                return order
        for stream in streams:
            os.close(stream)


def watched(told: int) -> bool:
    """Fork once more: true in the child; the parent tells its pid and its exit code, and ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(told)
        return True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.closerange(0, told)
    os.write(told, f"{pid}\n".encode())
    _pid, status = os.waitpid(pid, 0)
    os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def become(order: Order, streams: list[int]) -> None:
    """Be what a new process would be."""
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, 1 if mode == "w" else -1, encoding="utf-8", closefd=False)
        for number, mode in enumerate("rww")
    )
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    tempfile.tempdir = None
    sys.argv = [order.module, *order.arguments]


def main() -> None:
    preload()
    assert threading.active_count() == 1, "something started a thread when it was imported"
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who watch
    order = next_order(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module(order.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
