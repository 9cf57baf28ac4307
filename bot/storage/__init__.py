"""Storage: where facts live."""
