"""What a program without special rights meets, also where the tests run as root."""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65_534


@contextmanager
def open_folder() -> Generator[Path]:
    """A folder that anyone may reach; a test's own is closed to everybody else."""
    folder = Path(tempfile.mkdtemp(prefix="herald-"))
    folder.chmod(0o777)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def unprivileged() -> Generator[None]:
    """Give up root's power over file permissions for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
