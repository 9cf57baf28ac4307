"""Own seed of a person who plays: what they mix into their rounds."""

import re

OWN_SEED_LIMIT = 32  # characters

_OWN_SEED = re.compile(rf"[A-Za-z0-9_-]{{1,{OWN_SEED_LIMIT}}}")


def is_own_seed(text: str) -> bool:
    """Whether it may be a person's own seed; a colon in it could make two rounds alike."""
    return _OWN_SEED.fullmatch(text) is not None
