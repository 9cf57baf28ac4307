"""The bot in a simulated Discord: a guild to act in, a receiver that verifies, a live inspector."""
