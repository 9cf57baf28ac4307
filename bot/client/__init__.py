"""The Discord side of the house: the client, how it answers, how it refuses."""

from bot.client.client import HeraldClient, Parts, intents_of

__all__ = ["HeraldClient", "Parts", "intents_of"]
