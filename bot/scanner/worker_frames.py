"""Frames between the pool and a worker: what stands before a picture, and before an answer."""

import struct

HEAD = struct.Struct(">I??")
"""Before a picture: its length, whether its words are read, whether it is to be known after."""
ANSWER = struct.Struct(">I?")
"""Before an answer: its length, and whether it is a scan; else it is a reason."""
