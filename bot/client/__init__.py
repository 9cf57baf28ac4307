"""Client, the Discord side of the house: its connection, its answers, its refusals."""

from bot.client.client import HeraldClient, intents_of
from bot.client.parts import parts_of

__all__ = ["HeraldClient", "intents_of", "parts_of"]
