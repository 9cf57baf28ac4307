"""Changes of the roster's rows: what is known of people once facts about them are told."""

from dataclasses import dataclass, field

from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft
from bot.features.members import store
from bot.features.members.facts import Fact
from bot.keyed_lock import Key
from bot.snapshots import Person, Present
from bot.storage.database import Transaction


@dataclass(slots=True)
class RosterChanges:
    """Rows as they become, by guild and user; None where one goes."""

    members: dict[Key, Present | None] = field(default_factory=dict[Key, Present | None])
    bans: dict[Key, str | None] = field(default_factory=dict[Key, str | None])

    def apply(self, fact: Fact, *, is_owed: bool = False) -> None:
        """The last fact about somebody says what is known of them.

        Where a ban's own case has yet to tell it, the row of the member says then whether the ban
        made them leave.
        """
        key = (fact.guild_id, fact.user_id)
        if isinstance(fact, MemberJoined):
            person = Person(fact.guild_id, fact.user_id, fact.username, fact.is_bot)
            self.members[key] = Present(person, fact.joined_at)
        elif isinstance(fact, MemberLeft):
            self.members[key] = None
        elif isinstance(fact, MemberBanned):
            if not is_owed:
                self.members[key] = None
            self.bans[key] = fact.username
        else:
            self.bans[key] = None

    async def write(self, tx: Transaction) -> None:
        """Write all of it, one statement for each kind."""
        await store.put_members(tx, [row for row in self.members.values() if row])
        gone = [key for key, row in self.members.items() if row is None]
        await store.drop(tx, store.known_member, gone)
        await store.put_bans(tx, {key: name for key, name in self.bans.items() if name is not None})
        lifted = [key for key, name in self.bans.items() if name is None]
        await store.drop(tx, store.known_ban, lifted)
