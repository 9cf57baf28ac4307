"""Open forms: modals and pickers that live no longer than the process which showed them."""

import secrets
from weakref import WeakValueDictionary

BEGINS = "form:"

_open: WeakValueDictionary[str, object] = WeakValueDictionary()


def opened(form: object) -> str:
    """A custom id for it, by which it is known for as long as it lives."""
    custom_id = f"{BEGINS}{secrets.token_hex(8)}"
    _open[custom_id] = form
    return custom_id


def shut(custom_id: str) -> None:
    """Its time is over: what is sent from it now is too late."""
    _open.pop(custom_id, None)


def is_lost(custom_id: str) -> bool:
    """Whether it belongs to a form of ours that nobody answers any more."""
    known = custom_id[: len(BEGINS) + 16]
    return custom_id.startswith(BEGINS) and known not in _open
