"""Lookalikes: text in plain letters, whatever it was dressed up in, and where each letter stood."""
