"""A long redelivery told as it goes on."""

from bot.client import progress
from bot.texts import _


class RedeliveryProgress(progress.Progress):
    """Call it after each part."""

    async def __call__(self, done: int, total: int) -> None:
        text = _("{done} of {total} go out again …").format(done=done, total=total)
        await self.tell(text, done=done, total=total)
