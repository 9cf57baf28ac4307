"""Endpoints: the use cases of `/webhook`; their rows are the outbox's own."""
