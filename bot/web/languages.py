"""Languages of visitors: each is answered in the best that we have."""

import re
from collections.abc import Iterable

from bot.texts import SOURCE

MOST = 20  # languages of one header that are looked at
_WANTED = re.compile(
    r"([\w-]+)(?:\s*;\s*(?:q\s*=\s*([0-9]*\.?[0-9]+|[0-9]+\.)|(?!q\s*=)[^;]*))*", re.IGNORECASE
)


def chosen(accepted: str, known: Iterable[str]) -> str:
    """The first language of an Accept-Language header that we speak, else English; as in HTML."""
    spoken = {SOURCE, *map(_spelled, known)}
    for wanted in _in_order(accepted):
        for name in (wanted, wanted.partition("-")[0]):
            if name in spoken:
                return name
    return SOURCE


def _in_order(accepted: str) -> list[str]:
    """The header's languages, most wanted first; those refused with q=0 left out."""
    parts = (part.strip() for part in accepted.split(",")[:MOST])
    found = filter(None, map(_WANTED.fullmatch, parts))
    weighed = [(float(one[2] or 1), _spelled(one[1])) for one in found]
    return [name for weight, name in sorted(weighed, key=lambda one: -one[0]) if weight]


def _spelled(name: str) -> str:
    """`pt_BR` as HTML and HTTP write it, small for comparing: `pt-br`."""
    return name.replace("_", "-").lower()
