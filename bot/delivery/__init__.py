"""Delivery: how facts leave."""
