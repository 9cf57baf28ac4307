"""Pictures: text in any script, with emoji, on images that the bot draws itself.

Draw in a thread (`asyncio.to_thread`): a picture takes some milliseconds.
"""
