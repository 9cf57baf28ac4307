"""`herald giveaway verify`: draws again from a proof alone, without a network or a database."""

import sys
from pathlib import Path

from bot.commands.console import complain, say
from bot.errors import ConfigError
from bot.features.giveaways.proof import LARGEST, Proof, problems, read, summary

STANDARD_INPUT = "-"


def verify(file: str, published: str | None) -> int:
    """Say what follows from the proof; 0 only where all of it agrees, with `published` too.

    `published` is the hash that stood on the giveaway's message before the draw.
    """
    proof = read(_document(file))
    found = problems(proof)
    if published is not None and published.strip().lower() != proof.seed_hash:
        found.append("The hash on the message is not the one in this proof.")
    _tell(proof)
    for problem in found:
        complain(problem)
    if found:
        return 1
    say("Drawn again from the seed, the winners are the same.")
    if published is None:
        say("Compare the hash with the one on the giveaway's message, or name it with --hash.")
    return 0


def _document(file: str) -> bytes:
    try:
        if file == STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(file).open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise ConfigError("FILE", f"cannot read {file} ({error.strerror})") from None


def _tell(proof: Proof) -> None:
    say(f"Giveaway {proof.giveaway}: {proof.prize}")
    say(f"seed     {proof.seed}")
    say(f"SHA-256  {proof.seed_hash}")
    say(f"entries  {summary(proof)}, SHA-256 of the list {proof.drum().digest}")
    for draw in proof.draws:
        say(f"draw {draw.number}   {', '.join(draw.winners) or 'nobody'}")
