"""Frames between the pool and a worker: what stands before a picture, and before an answer."""

import struct

HEAD = struct.Struct(">I??BB")
"""Before a picture: its length, whether its words are read, whether it is to be known after; and,
where one of its frames is compared with known pictures, which one, and with how many.
"""
LENGTH = struct.Struct(">I")
"""Before each of those, which come after the picture."""
ANSWER = struct.Struct(">I?")
"""Before an answer: its length, and whether it is one; else it is a reason."""
