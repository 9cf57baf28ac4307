"""A small file system in memory, where the machine lets us have one."""

import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(megabytes: int) -> Generator[Path]:
    """Mount it and let go of it; skips the test where that takes rights we do not have."""
    folder = Path(tempfile.mkdtemp(prefix="herald-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
        if done.returncode != 0:
            pytest.skip("this user may not mount a file system of a fixed size")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
    except FileNotFoundError:
        pytest.skip("this machine has no mount")
    finally:
        folder.rmdir()


def fill(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("ab", buffering=0) as ballast:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue
