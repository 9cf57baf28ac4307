"""What Discord's objects look like on the wire, with as little as discord.py needs."""

from typing import Any

APPLICATION_ID = 81
BOT_ID = 81
GUILD_ID = 4_200_000_000_000_000_001
CHANNEL_ID = 4_200_000_000_000_000_002
OWNER_ID = 4_200_000_000_000_000_003
BOT_ROLE_ID = 4_200_000_000_000_000_004
SINCE = "2026-01-01T00:00:00+00:00"

MANAGE_GUILD = 1 << 5
VIEW_AUDIT_LOG = 1 << 7
BAN_MEMBERS = 1 << 2
EVERYTHING = (1 << 53) - 1


def user(user_id: int, name: str, *, bot: bool = False) -> dict[str, Any]:
    return {
        "id": str(user_id),
        "username": name,
        "global_name": None,
        "discriminator": "0",
        "avatar": None,
        "bot": bot,
    }


BOT = user(BOT_ID, "herald", bot=True)


def application(flags: int = 0) -> dict[str, Any]:
    return {
        "owner": user(OWNER_ID, "keeper"),
        "id": str(APPLICATION_ID),
        "name": "herald",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": flags,
    }


def member(user_id: int, name: str, *, bot: bool = False, roles: tuple[int, ...] = ()) -> Any:
    return {
        "user": user(user_id, name, bot=bot),
        "nick": None,
        "roles": [str(role) for role in roles],
        "joined_at": SINCE,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def herald() -> Any:
    """The bot as a member, with a role of its own."""
    return member(BOT_ID, "herald", bot=True, roles=(BOT_ROLE_ID,))


def role(role_id: int, name: str, permissions: int, position: int) -> dict[str, Any]:
    return {
        "id": str(role_id),
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": str(permissions),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def guild(bot_permissions: int) -> dict[str, Any]:
    """One server: its owner, the bot with a role of its own, and a channel."""
    return {
        "id": str(GUILD_ID),
        "name": "Harbour",
        "icon": None,
        "owner_id": str(OWNER_ID),
        "preferred_locale": "en-US",
        "features": [],
        "unavailable": False,
        "large": False,
        "member_count": 2,
        "roles": [
            role(GUILD_ID, "@everyone", 0, 0),
            role(BOT_ROLE_ID, "herald", bot_permissions, 1),
        ],
        "channels": [
            {
                "id": str(CHANNEL_ID),
                "type": 0,
                "name": "general",
                "position": 0,
                "permission_overwrites": [],
                "nsfw": False,
                "topic": None,
                "rate_limit_per_user": 0,
            }
        ],
        "members": [herald()],
        "emojis": [],
        "stickers": [],
        "threads": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
    }


def message(message_id: int, sent: dict[str, Any]) -> dict[str, Any]:
    """The message that came of what the bot sent."""
    return {
        "id": str(message_id),
        "channel_id": str(CHANNEL_ID),
        "author": BOT,
        "content": sent.get("content") or "",
        "embeds": [],
        "components": [],
        "attachments": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "type": 0,
        "timestamp": SINCE,
        "edited_timestamp": None,
        "flags": sent.get("flags") or 0,
    }


def voice_state(user_id: int, channel_id: int | None) -> dict[str, Any]:
    """Somebody who hears and is heard there; None for nowhere any more."""
    silent = {"deaf": False, "mute": False, "self_deaf": False, "self_mute": False}
    return {
        **silent,
        "channel_id": None if channel_id is None else str(channel_id),
        "user_id": str(user_id),
        "session_id": f"voice-{user_id}",
        "self_video": False,
        "suppress": False,
        "request_to_speak_timestamp": None,
    }


def attachment(number: int, url: str, size: int) -> dict[str, Any]:
    """A picture that somebody posted."""
    about = {"url": url, "proxy_url": url, "content_type": "image/png"}
    shape = {"width": 640, "height": 480}
    return {"id": str(number), "filename": "look.png", "size": size, **about, **shape}


def slash(
    interaction_id: int, command: str, subcommand: str, options: dict[str, Any]
) -> dict[str, Any]:
    """Somebody with every right uses `/command subcommand`."""
    given = [{"type": 3, "name": name, "value": value} for name, value in options.items()]
    return {
        "id": str(interaction_id),
        "application_id": str(APPLICATION_ID),
        "type": 2,
        "token": f"interaction-{interaction_id}",
        "version": 1,
        "guild_id": str(GUILD_ID),
        "channel_id": str(CHANNEL_ID),
        "channel": {
            "id": str(CHANNEL_ID),
            "type": 0,
            "name": "general",
            "permissions": str(EVERYTHING),
        },
        "guild": {"id": str(GUILD_ID), "features": [], "locale": "en-US"},
        "member": {**member(OWNER_ID, "keeper"), "permissions": str(EVERYTHING)},
        "app_permissions": str(EVERYTHING),
        "attachment_size_limit": 1024,
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(GUILD_ID)},
        "context": 0,
        "data": {
            "id": "900",
            "name": command,
            "type": 1,
            "options": [{"type": 1, "name": subcommand, "options": given}],
        },
    }
