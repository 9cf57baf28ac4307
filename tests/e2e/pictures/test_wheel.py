"""The wheel: what is built and installed draws every script, with the fonts that came in it."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import house

pytestmark = pytest.mark.thorough("builds a wheel and installs it")

DRAWING = house.ROOT / "tests" / "unit" / "pictures" / "test_text.py"
PLACE = "import bot.pictures.text as text; print(text.__file__)"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds, as an installation does."""
    source = tmp_path_factory.mktemp("source")
    for path in house.files():
        place = path.relative_to(house.ROOT)
        if place.parts[0] in ("bot", "cogs", "migrations") or len(place.parts) == 1:
            (source / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, source / place)
    wheels, folder = source / "wheels", tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    command += ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(wheels), "."]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    shutil.copy(DRAWING, folder / "test_drawing.py")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python as it stands elsewhere, with nothing of this repository before that folder."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def draw(folder: Path) -> subprocess.CompletedProcess[str]:
    arguments = ["-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(folder)]
    return run(
        folder, *arguments, "-p", "no:cacheprovider", "-p", "no:xdist", "-x", "test_drawing.py"
    )


def test_the_installed_wheel_draws_every_script(installed: Path) -> None:
    assert run(installed, "-c", PLACE).stdout.startswith(str(installed))
    done = draw(installed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(installed.glob("*.dist-info/licenses/**/OFL.txt"))
    assert (installed / "bot" / "pictures" / "fonts" / "OFL.txt").is_file()


@pytest.mark.parametrize("pattern", ["*", "*CJK*", "*Emoji*"])
def test_without_its_fonts_it_would_not(installed: Path, pattern: str, tmp_path: Path) -> None:
    shutil.copytree(installed, tmp_path / "bare")
    for path in (tmp_path / "bare" / "bot" / "pictures" / "fonts").glob(pattern):
        path.unlink()
    assert draw(tmp_path / "bare").returncode != 0
