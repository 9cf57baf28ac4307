"""Errors between Herald and Discord, each in one sentence that says how to mend it."""

from bot.config import Config, variable
from bot.errors import HeraldError

PORTAL = "https://discord.com/developers/applications"
TOKEN = "discord.token"  # noqa: S105  the setting's name

REFUSED_TOKEN = 4004
SERVER_ERRORS = range(500, 600)

NO_TOKEN = (
    f"{TOKEN} is not set: open {PORTAL}, choose your application, then Bot, then Reset Token, "
    f"and put the token into config.toml ([discord], token) or into {variable(TOKEN)}"
)
WRONG_TOKEN = (
    f"Discord refuses {TOKEN}: copy it again, whole, from {PORTAL} (your application, Bot, "
    f"Reset Token) into config.toml or {variable(TOKEN)}"
)


def missing_intents(config: Config) -> str:
    """A privileged intent is asked for and not ticked."""
    wanted = ["Server Members Intent"]
    instead = ""
    if config.discord.message_content:
        wanted.append("Message Content Intent")
        instead = " (or set discord.message_content = false to go without the latter)"
    ticked = " and ".join(f"“{name}”" for name in wanted)
    return (
        f"Discord refuses the privileged intents: open {PORTAL}, choose your application, "
        f"then Bot, tick {ticked} under Privileged Gateway Intents and save{instead}"
    )


def unreachable(error: BaseException, config: Config) -> str:
    """No way through to Discord; the words are the system's own."""
    if config.discord.api_base is not None:
        return (
            f"The stand-in server of discord.api_base cannot be reached ({_words(error)}): "
            "start it, or remove the setting to use Discord"
        )
    return (
        f"Discord cannot be reached ({_words(error)}): check this machine's network, "
        "name service and firewall"
    )


def is_final(error: BaseException) -> bool:
    """Whether it comes again until a person mends it, however often one connects."""
    names = _names(error)
    return isinstance(error, HeraldError) or bool(
        names
        & {
            "discord.errors.LoginFailure",
            "discord.errors.PrivilegedIntentsRequired",
            "discord.errors.ConnectionClosed",  # of codes that forbid to try again
        }
    )


def sentence_of(error: BaseException, config: Config) -> str | None:
    """The sentence for an error of discord.py's; None for one that is a bug."""
    names = _names(error)
    if "discord.errors.LoginFailure" in names:
        return WRONG_TOKEN
    if "discord.errors.PrivilegedIntentsRequired" in names:
        return missing_intents(config)
    if "discord.errors.ConnectionClosed" in names and _number(error, "code") == REFUSED_TOKEN:
        return WRONG_TOKEN
    if names & {"discord.errors.HTTPException", "discord.errors.GatewayNotFound"}:
        return _refused(error)
    if isinstance(error, OSError | TimeoutError):  # aiohttp's connection errors are OSErrors too
        return unreachable(error, config)
    return None


def _names(error: BaseException) -> set[str]:
    """Its kinds by name: to import discord.py takes a second, and only four parts may."""
    return {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}


def _refused(error: BaseException) -> str:
    """Discord answered, with something else than what was asked for."""
    status = _number(error, "status") or _number(error.__cause__, "status")
    if status is None or status in SERVER_ERRORS:
        return (
            f"Discord has trouble of its own (HTTP {status or 'unknown'}): look at "
            "https://discordstatus.com and start Herald again later"
        )
    return f"Discord refused a request at start-up (HTTP {status}): {_words(error)}"


def _number(error: BaseException | None, name: str) -> int | None:
    found: object = getattr(error, name, None)
    return found if isinstance(found, int) else None


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
