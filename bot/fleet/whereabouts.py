"""Whereabouts of a process: what tells at once that one which says nothing any more is dead."""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a process runs; `place` is a machine since it started, and its space of process ids."""

    name: str
    place: str
    pid: int

    def is_gone(self, asker: "Whereabouts") -> bool:
        """Whether it cannot live any more, as far as one can tell from there.

        With the asker's own number it is one that the asker has taken the place of.
        """
        if self.place != asker.place:
            return False
        if self.pid == asker.pid:
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def here() -> Whereabouts:
    """Of this process."""
    host, pid = socket.gethostname(), os.getpid()
    place = host
    with suppress(OSError):  # elsewhere than on Linux the host has to do
        booted = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        place = f"{booted} {Path('/proc/self/ns/pid').readlink()}"
    return Whereabouts(f"{host}:{pid}", place, pid)
