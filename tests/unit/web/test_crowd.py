"""How connections are shared out: one visitor cannot have them all."""

from bot.web.addresses import Proxies
from bot.web.connection import Crowd, home_of

PROXIES = Proxies(("10.0.0.0/24",))


def test_one_home_has_a_part_of_all() -> None:
    crowd = Crowd(in_all=5, of_one=2)
    assert crowd.has_room("a", ["a", "b"])
    assert not crowd.has_room("a", ["a", "b", "a"])
    assert crowd.has_room("c", ["a", "b", "a"])
    assert not crowd.has_room("c", ["a", "b", "a", "b", None])


def test_a_proxy_speaks_for_many() -> None:
    crowd = Crowd(in_all=5, of_one=1)
    assert crowd.has_room(None, [None, None, None, None])
    assert not crowd.has_room(None, [None] * 5)


def test_whose_connection_it_is() -> None:
    assert home_of(("198.51.100.1", 4711), PROXIES) == "198.51.100.1"
    assert home_of(("2001:db8::1", 4711, 0, 0), PROXIES) == "2001:db8::/64"
    assert home_of(("127.0.0.1", 4711), PROXIES) is None
    assert home_of(("::1", 4711, 0, 0), PROXIES) is None
    assert home_of(("10.0.0.7", 4711), PROXIES) is None
    assert home_of(None, PROXIES) is None
