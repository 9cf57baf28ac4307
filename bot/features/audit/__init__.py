"""Audit: one entry for every change that a server's owner may want to look up."""
