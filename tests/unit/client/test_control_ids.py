"""The buttons and selects of messages that are out there are answered for years."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import bot.client
import bot.features
import cogs
from bot.controls import ControlId

WRITTEN = """
appeal:approve:12  appeal:deny:12  appeal:pick  appeal:turn:0  appeal:turn:3
appeal:blocked:0  appeal:blocked:2
audit:turn:7:2:next  audit:look
case:reason:12  case:remove:12  case:delete:12  case:keep:12  case:evidence:12:7
case:history:1456074443980800030
case:turn:0:::::  case:turn:2:14358a1c3d000000:::a:  case:turn:1:ff:fe:11:v:boats: two
case:mine:0
economy:ledger:2:1456074443980800030:0:next  economy:ledger:0:1:7:back
economy:richest:2:7:next  economy:richest:0:0:back
economy:delcurrency:7  economy:keepcurrency:7
casino:pause:86400  casino:stay  casino:rounds:1456074443980800030:2:next
casino:play:dice:3:100:4:seven  casino:pick:roulette:3:100:4:1  casino:move:12:2:h
duel:accept:7  duel:end:7  duel:move:7:2:s+  duel:page:2:back  duel:table:2:next
giveaway:enter:7  giveaway:leave:7  giveaway:verify:7  giveaway:sure:end:7  giveaway:keep:7
giveaway:page:1:2:next
incoming:allow:7  incoming:rate:7  incoming:rotate:7  incoming:renew:7  incoming:delete:7
incoming:confirm:7  incoming:keep:7
automod:delete:7  automod:keep:7  automod:page:2:next
incident:undo:7  incident:why:7  incident:all:7  incident:list:automod:2:next
incident:list::1:back  incident:measures:7:2:next
network:approve:7  network:refuse:7  network:file:7  network:grant:7  network:deny:7
network:list:2:next
protection:switch:automod:on  protection:shadow:automod  protection:limits:automod
levels:why  levels:reset  levels:keep  levels:turn:all:1456074443980800030:1:back
levels:turn:last_week:1456074443980800030:2:next
settings:pick:cases  settings:channel:cases:log_channel_id  settings:role:cases:mute_role_id
setup:pick:cases  setup:none:cases:log_channel_id  setup:chosen:cases:mute_role_id
mydata:export  mydata:delete  mydata:sure  mydata:keep  status:look
setup:picked  setup:go:features:next  setup:again  setup:here  setup:check:1:look
settings:none:cases:log_channel_id  settings:chosen:cases:log_channel_id
scam:confirm:7  scam:dismiss:7  scam:page:2:next
sync:accept:0123456789abcdef  sync:sends:7  sync:takes:7
trade:confirm:7:2  trade:end:7  trade:page:0:2:back
ticket:open:7  ticket:choose:7  ticket:claim:7  ticket:close:7  ticket:reopen:7  ticket:accept:7
ticket:decline:7  ticket:rate:7  ticket:drop:7  ticket:leave:7  ticket:page:0:2  ticket:page:1:0
ticket:pick:7  ticket:chosen:7:staff_role_ids  ticket:none:7:category_id  ticket:type:7
ticket:hide:7  ticket:questions:7  ticket:question:7  ticket:ask:7  ticket:alter:7:0:0a1b2c3d
ticket:raise:7:4:0a1b2c3d  ticket:remove:7:1:0a1b2c3d  ticket:deltype:7  ticket:keeptype:7
ticket:panelwords:7  ticket:panelstyle:7  ticket:paneltypes:7:1  ticket:panelplace:7
ticket:panelpost:7:1456074443980800030  ticket:paneldelete:7  ticket:panelkeep:7
webhook:pause:7  webhook:resume:7  webhook:enable:7  webhook:disable:7  webhook:test:7
webhook:edit:7  webhook:events:7  webhook:limits:7  webhook:rotate:7  webhook:deliveries:7
webhook:stats:7  webhook:delete:7  webhook:confirm:7  webhook:keep:7  webhook:missed:7
webhook:replay:7  webhook:choose:7  webhook:types:7  webhook:drop:7  webhook:state:7
webhook:page:7:0:all:back  webhook:page:7:1:failed:next  webhook:look:7
webhook:attempts:7:99:1:newer  webhook:attempts:7:99:0:older  webhook:answer:7:99:0
webhook:redeliver:7:99  webhook:half:7:3:people  webhook:half:7:3:others
webhook:renew:7:3:at_once  webhook:renew:7:3:keep_old
webhook:terms:7  webhook:feed:7  webhook:feed_open:7:3  webhook:feed_close:7:3
webhook:switch:7:1779580800000  webhook:discard:7:1779580800000
webhook:why:1456074443980800004:7  webhook:reenable:1456074443980800004:7
"""


def known() -> Iterator[ControlId]:
    """Every id that a feature or a cog writes."""
    seen: set[int] = set()
    for package in (cogs, bot.features, bot.client):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(found.name)).values():
                if isinstance(value, ControlId) and id(value) not in seen:
                    seen.add(id(value))
                    yield value


KNOWN = list(known())


@pytest.mark.parametrize("written", re.split(r"\s{2,}|\n", WRITTEN.strip()))
def test_an_id_of_the_first_release_is_read_back_and_written_the_same(written: str) -> None:
    (match,) = [
        (one, found) for one in KNOWN if (found := re.fullmatch(one.template, written)) is not None
    ]
    control, groups = match
    assert control.of(**groups.groupdict()) == written


def test_every_control_is_among_them() -> None:
    read = {
        one.template
        for one in KNOWN
        for written in re.split(r"\s{2,}|\n", WRITTEN.strip())
        if re.fullmatch(one.template, written)
    }
    assert {one.template for one in KNOWN} == read


def test_an_id_is_read_back_as_it_was_written() -> None:
    known = ControlId("case:evidence", number="[0-9]{1,18}", piece="[0-9]{1,18}")
    assert known.of(number=12, piece=3) == "case:evidence:12:3"
    with pytest.raises(ValueError, match="is no id of case:evidence"):
        known.of(number="twelve", piece=3)
    with pytest.raises(ValueError, match="is no id of long"):
        ControlId("long", text=".*").of(text="x" * 96)
