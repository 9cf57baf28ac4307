"""Demo, the bot in a simulated Discord: a guild, a receiver that verifies, a live inspector."""

from bot.demo.main import run_demo

__all__ = ["run_demo"]
