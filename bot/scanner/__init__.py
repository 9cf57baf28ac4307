"""Scanner: what a picture from strangers shows, found out by processes that may die of it.

The bot itself never opens such a picture: `pool` hands its bytes to a `worker`, which is bounded in
time and memory, and gets plain data back.
"""
