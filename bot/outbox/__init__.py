"""Outbox: how facts become durable."""
