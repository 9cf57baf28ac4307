"""Patience: how long a test waits for what comes at once, on a machine that others keep busy."""

PATIENCE = 60.0  # seconds; who waits them all has found a fault
