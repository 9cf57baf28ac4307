"""Settings: what a server's staff choose, one frozen model for each feature."""
