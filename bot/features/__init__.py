"""Features: what the bot does, a folder each."""
