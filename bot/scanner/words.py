"""Words in a picture: read where the extra `vision` is installed."""

# The extra is optional, and untyped where it is there.
# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from functools import cache
from importlib.util import find_spec
from typing import Any

from PIL import Image

LONGEST = 4_000  # characters
LEAST_SURE = 0.5
THREADS = 1


def is_there() -> bool:
    """Whether the extra `vision` is installed."""
    return find_spec("rapidocr_onnxruntime") is not None


def words_in(picture: Image.Image) -> str | None:
    """What is written on it, a line each; None where nobody can read it."""
    if not is_there():
        return None
    import numpy as np  # with the extra alone: the rest of the scanner does without

    found, _seconds = _reader()(np.asarray(picture)[:, :, ::-1])
    lines = [str(text) for _box, text, sure in found or () if float(sure) >= LEAST_SURE]
    return "\n".join(lines)[:LONGEST]


@cache
def _reader() -> Any:
    """Loaded once in a process; its models come with it."""
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR(intra_op_num_threads=THREADS, inter_op_num_threads=THREADS)
