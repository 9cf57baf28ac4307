"""Automod: rules that look at what is written, and act by themselves."""
