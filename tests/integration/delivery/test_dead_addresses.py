"""Dead addresses of a name: they hide no live one, however many they are."""

import socket
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network

import pytest

from bot.delivery.failures import Deadlines
from bot.delivery.guard import Guard, GuardPolicy
from tests.integration.delivery.local_sender import HOST, post, sending
from tests.integration.delivery.receivers import OK, Receiver, answers


def finding(policy: GuardPolicy, *addresses: str) -> Guard:
    """A guard whose name service says this of every name."""

    async def resolve(name: str) -> Sequence[str]:
        return addresses

    return Guard(policy.allowing(HOST), resolve)


@contextmanager
def hanging(hosts: Sequence[str], port: int) -> Generator[None]:
    """Addresses on which a connection never comes about: their queues are full."""
    with ExitStack() as held:
        for host in hosts:
            listener = held.enter_context(socket.socket())
            listener.bind((host, port))
            listener.listen(0)
            for _filler in range(2):
                filler = held.enter_context(socket.socket())
                filler.setblocking(False)
                filler.connect_ex((host, port))
        yield


@pytest.mark.parametrize("dead", [8, 63])
@pytest.mark.thorough("waits for addresses that do not answer", but="sqlite")
async def test_dead_addresses_do_not_hide_a_live_one(dead: int) -> None:
    hosts = [f"127.0.0.{number + 2}" for number in range(dead)]
    guard = finding(GuardPolicy(), *hosts, "127.0.0.1")
    async with Receiver(answers(OK)) as receiver, sending(guard) as sender:
        with hanging(hosts, receiver.port):
            answer = await post(sender, guard.parse(f"http://{HOST}:{receiver.port}/"))

    assert (answer.status, answer.error) == (200, None)


async def test_dead_addresses_of_one_family_do_not_hide_the_other() -> None:
    dead = [f"2001:db8::{number}" for number in range(1, 9)]
    policy = GuardPolicy(allow_networks=(ip_network("2001:db8::/32"),))
    guard = finding(policy, *dead, "127.0.0.1")
    limits = Deadlines(connect=1.0, total=2.0)
    async with Receiver(answers(OK)) as receiver, sending(guard, limits) as sender:
        answer = await post(sender, guard.parse(f"http://{HOST}:{receiver.port}/"))

    assert (answer.status, answer.error) == (200, None)
