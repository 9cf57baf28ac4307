"""Panel of `/settings` as a manager sees it."""

from simcord.results import InteractionResult, ResponseMessage

from tests.support.simulated import World, shown


async def panel(world: World, feature: str) -> ResponseMessage:
    """The private panel that the manager sees."""
    result = await world.manager.slash(world.channel, "settings", feature=feature)
    assert result.response is not None
    assert result.response.ephemeral
    return result.response


def read(result: InteractionResult | ResponseMessage) -> str:
    """Everything that stands on the panel, or in the refusal."""
    message = result
    if isinstance(message, InteractionResult):
        message = message.followups[-1] if message.followups else message.response
    assert message is not None
    return f"{message.content}\n{shown(message.components)}"
