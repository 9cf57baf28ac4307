"""The command line's pieces: one module for each command, and what they share."""
