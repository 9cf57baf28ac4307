"""`herald giveaway verify`: a proof is checked alone, and one that was changed is refused."""

import json
from pathlib import Path
from typing import Any

from tests.e2e.cli.program import herald
from tests.unit.giveaways.test_proof import document


async def verified(folder: Path, proof: dict[str, Any], *options: str) -> tuple[int, str, str]:
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    done = await herald(folder, "giveaway", "verify", "proof.json", *options)
    return done.code, "\n".join(done.out), "\n".join(done.err)


async def test_an_honest_proof_agrees(tmp_path: Path) -> None:
    proof = document()
    code, out, err = await verified(tmp_path, proof)
    assert (code, err) == (0, "")
    assert "Giveaway 9: A signed print" in out
    assert f"draw 1   {', '.join(proof['draws'][0]['winners'])}" in out
    assert "the winners are the same" in out
    assert "Compare the hash with the one on the giveaway's message" in out

    code, out, err = await verified(tmp_path, proof, "--hash", proof["seed_hash"].upper())
    assert (code, err) == (0, "")
    assert "Compare the hash" not in out


async def test_a_tampered_proof_is_refused(tmp_path: Path) -> None:
    proof = document()
    code, _out, err = await verified(tmp_path, proof, "--hash", "0" * 64)
    assert code == 1
    assert "The hash on the message is not the one in this proof." in err
    proof["draws"][0]["winners"].reverse()
    code, out, err = await verified(tmp_path, proof)
    assert code == 1
    assert "Draw 1 has other winners" in err
    assert "the winners are the same" not in out


async def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    code, _out, err = await verified(tmp_path, {})
    assert code == 2
    assert "That is no proof of a draw" in err
    done = await herald(tmp_path, "giveaway", "verify", "nothing.json")
    assert done.code == 2
    assert "cannot read nothing.json (No such file or directory)" in "".join(done.err)
