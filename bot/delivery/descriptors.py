"""File descriptors: how many there may be, and what is left of them for deliveries."""

import resource

from bot.delivery.idle import MOST
from bot.logs import get_logger

RESERVE = 384  # for the web face (272), Discord, the database, name servers, files and logs
LEAST_IN_FLIGHT = 16
ENOUGH = 65_536  # no more is asked for, also where there is no end to it

_log = get_logger("herald.start")


def raise_limit() -> None:
    """Ask for all that this user may have; many systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = attainable()
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError) as error:
            _log.warning("files.limit_not_raised", limit=soft, wanted=wanted, error=repr(error))


def attainable() -> int:
    """How many a start gets: the hard limit, which only the system's administrator raises."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY in {soft, hard}:
        return ENOUGH
    return max(soft, min(hard, ENOUGH))


def limit() -> int:
    """How many this process may have open at once."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return ENOUGH if soft == resource.RLIM_INFINITY else soft


def comfortable(wanted: int) -> int:
    """How many it takes for that many requests, and for as many connections to rest."""
    return RESERVE + 2 * wanted


def in_flight(files: int, wanted: int) -> int:
    """How many requests may be under way, of those that the settings want."""
    return min(wanted, max(files - RESERVE, LEAST_IN_FLIGHT))


def idle(files: int, in_flight: int) -> int:
    """How many connections may rest beside so many requests."""
    return min(max(files - RESERVE - in_flight, 0), MOST)
