"""Cogs: the Discord face of the features, a folder each."""
