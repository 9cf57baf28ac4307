"""The Discord side of the house: the client, how it answers, how it refuses."""

from bot.client.client import HeraldClient, intents_of
from bot.client.parts import parts_of

__all__ = ["HeraldClient", "intents_of", "parts_of"]
