"""Transcript of a ticket: what was written in it, as one HTML file for each kind of reader."""
