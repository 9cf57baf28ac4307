"""Worker: a process that opens pictures for the bot, one after the other, until its input ends.

It is started anew when it dies. What it may hold in memory, and how long it may take for a picture,
is bounded by the system itself, before it opens the first one.
"""

import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from typing import BinaryIO

from PIL import Image

from bot.scanner.agreement import agreement
from bot.scanner.codes import codes_in
from bot.scanner.fingerprint import fingerprint
from bot.scanner.picture import Unreadable, opened, preview
from bot.scanner.scan import Scan, ScannedFrame, packed, packed_shares
from bot.scanner.words import words_in
from bot.scanner.worker_frames import ANSWER, HEAD, LENGTH

NICE = 10


def scanned(content: bytes, *, reads: bool = False, dense: bool = False) -> Scan:
    """All that is found in it; `dense` is for one that is to be known again."""
    frames = opened(content)
    text = words_in(frames[0]) if reads else None
    return Scan(tuple(_looked_at(frame, dense=dense) for frame in frames), text)


def _looked_at(frame: Image.Image, *, dense: bool) -> ScannedFrame:
    return ScannedFrame(
        fingerprint(frame, dense=dense),
        tuple(dict.fromkeys(codes_in(frame))),
        preview(frame) if dense else None,
    )


def agreements(content: bytes, known: Sequence[bytes], *, frame: int) -> list[float | None]:
    """How much of each known picture's detail stands in that frame; None where nobody can say."""
    seen = opened(content)[frame]
    return [_agreement(one, seen) for one in known]


def _agreement(known: bytes, seen: Image.Image) -> float | None:
    try:
        return agreement(opened(known)[0], seen)
    except Unreadable:
        return None  # a list that somebody wrote by hand may hold anything


def answer(content: bytes, *, reads: bool, dense: bool) -> tuple[bytes, bool]:
    """The scan, or why there is none."""
    return _tried(lambda: packed(scanned(content, reads=reads, dense=dense)))


def compared(content: bytes, known: Sequence[bytes], *, frame: int) -> tuple[bytes, bool]:
    """The numbers of `agreements`, or why there are none."""
    return _tried(lambda: packed_shares(agreements(content, known, frame=frame)))


def _tried(look: Callable[[], bytes]) -> tuple[bytes, bool]:
    try:
        return look(), True
    except Unreadable as error:
        return str(error).encode(), False
    except MemoryError:
        return b"memory", False


def serve(source: BinaryIO, out: BinaryIO, seconds: int) -> None:
    """Answer until the input ends; the alarm ends a process that takes too long for one."""
    while len(head := source.read(HEAD.size)) == HEAD.size:
        length, reads, dense, frame, count = HEAD.unpack(head)
        content = source.read(length)
        known = [source.read(*LENGTH.unpack(source.read(LENGTH.size))) for _ in range(count)]
        signal.alarm(seconds)
        if known:
            said, is_scan = compared(content, known, frame=frame)
        else:
            said, is_scan = answer(content, reads=reads, dense=dense)
        signal.alarm(0)
        out.write(ANSWER.pack(len(said), is_scan) + said)
        out.flush()


def main(memory: int, seconds: int) -> None:
    """Serve within so many MiB, and so many seconds for a picture."""
    os.nice(NICE)
    most = memory * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    serve(sys.stdin.buffer, out, seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
