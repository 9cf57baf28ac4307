"""Demo, the bot in a simulated Discord: a guild, a receiver that verifies, a live inspector."""
