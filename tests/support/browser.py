"""A real browser, where the machine has one: started once for all tests of a run."""

import os
import re
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--remote-debugging-port=0",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    # A page in the background is as quick as one before it.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)


@contextmanager
def chromium(profile: Path) -> Generator[str]:
    """Start it; yields where it is driven from.

    Skips the test where there is none, unless HERALD_REQUIRE_BROWSER=1.
    """
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        if os.environ.get("HERALD_REQUIRE_BROWSER") == "1":
            pytest.fail("HERALD_REQUIRE_BROWSER=1, and no Chromium was found")
        pytest.skip(f"needs a browser: none of {', '.join(BROWSERS)} was found")
    command = (program, *FLAGS, f"--user-data-dir={profile}")
    around = {**os.environ, "TMPDIR": str(profile)}  # of which it does not tidy up everything
    with subprocess.Popen(command, env=around, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = (re.search(r"ws://\S+", line) for line in process.stderr)
        address = next(found[0] for found in said if found)
        # It goes on talking, and would stop where nobody reads.
        Thread(target=process.stderr.read, daemon=True).start()
        try:
            yield address
        finally:
            process.terminate()
