"""Messages about scams: the finding in the log, the card for staff, the word to the person."""

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.controls import NUMBER, Button, ControlId, Picture, Post, Tone
from bot.features.scams import store
from bot.features.scams.model import ACTS_FROM, Detection, ScamDecision, Sensitivity, Sure
from bot.features.scams.ports import ScamsPorts
from bot.features.scams.settings import ScamsSettings
from bot.incident import Finding, Measure, Why
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.sanctions import PERSON
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.texts import N_, _, ngettext, stamp
from bot.user_text import inline

if TYPE_CHECKING:
    from bot.features.scams.detections import FoundScam

CONFIRM = ControlId("scam:confirm", finding=NUMBER)
DISMISS = ControlId("scam:dismiss", finding=NUMBER)

REVIEW, WARNING = "scams.review", "scams.warning"
FRESH = timedelta(days=1)

SURE = {"low": N_("maybe"), "medium": N_("likely"), "high": N_("sure")}
CATEGORIES = {
    "login_qr_code": N_("a QR code that takes accounts over"),
    "phishing_link": N_("a code that leads to a scam"),
    "known_picture": N_("a picture that staff have marked"),
    "known_elsewhere": N_("a picture that another server has marked"),
    "crypto_giveaway": N_("a promise of free or doubled coins"),
    "casino_promotion": N_("an advertisement of an online casino"),
    "nitro_giveaway": N_("a promise of free Nitro or gifts"),
    "fake_verification": N_("a demand to verify an account"),
    "account_threat": N_("a threat to an account"),
    "burst": N_("pictures in many channels at once"),
}
DECISIONS = {
    ScamDecision.CONFIRMED: N_("<@{person}> confirmed it {when}: its pictures are known now."),
    ScamDecision.DISMISSED: N_("<@{person}> dismissed it {when}: these files are left alone."),
}


def category_words(category: str) -> str:
    """A category in the reader's language; one of a list of somebody's own as it stands there."""
    return _(CATEGORIES[category]) if category in CATEGORIES else inline(category, 60)


def finding_of(found: "FoundScam", settings: ScamsSettings) -> Finding:
    """The finding for the log, with all that decided."""
    verdict, content = found.verdict, found.content
    title = _("A scam ({sure}): {what}").format(
        sure=_(SURE[verdict.sure.told]), what=category_words(verdict.category)
    )
    if not verdict.acts:
        title = _("Maybe a scam, only shown: {what}").format(what=category_words(verdict.category))
    signs = enumerate((one.words for one in verdict.signals), 1)
    counters = tuple((_("Sign {number}").format(number=n), words) for n, words in signs)
    return Finding(
        guild_id=content.guild_id,
        feature="scams",
        title=title,
        why=Why(_rule(verdict.sure, settings.sensitivity), counters, found.spared),
        user_id=content.user_id,
        channel_id=content.channel_id,
        message_id=content.message_id,
        is_shadow=found.is_shadow,
        tone=Tone.BAD if verdict.acts else Tone.WARNING,
    )


def _rule(sure: Sure, sensitivity: Sensitivity) -> str:
    limit = ACTS_FROM[sensitivity]
    from_on = _(SURE[limit.told])
    if limit is not Sure.HIGH:
        from_on = _("{sure} or more").format(sure=from_on)
    text = _("With sensitivity {sensitivity} it acts on what is {limit}; this is {sure}.")
    return text.format(sensitivity=_(sensitivity), limit=from_on, sure=_(SURE[sure.told]))


def deleted_words(channel_id: int, count: int) -> str:
    """What was deleted, for the log."""
    text = ngettext(
        "{count} message in {channel} was deleted",
        "{count} messages in {channel} were deleted",
        count,
    )
    return text.format(count=count, channel=f"<#{channel_id}>")


def refused_words(channel_id: int, reason: str) -> str:
    """What could not be."""
    text = _("what stands in {channel} could not be deleted: {reason}")
    return text.format(channel=f"<#{channel_id}>", reason=reason)


def would_words(seen: Detection) -> list[Measure]:
    """What would have been deleted."""
    text = _("what stands in {channel} would have been deleted")
    left = seen.left.items()
    return [
        Measure(PERSON, message_ids[0], text.format(channel=f"<#{channel_id}>"))
        for channel_id, message_ids in left
    ]


class ScamMessages:
    """Posts about detections."""

    def __init__(self, ports: ScamsPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(REVIEW, self._review, FRESH, channel=self._channel))
        ports.posts.kind(PostKind(WARNING, self._warning, FRESH, members_only=True))

    async def owe(self, tx: Transaction, detection: Detection, *, tells: bool) -> None:
        """Owe the card, and what the person is told where they are."""
        guild_id = detection.guild_id
        await self._ports.posts.owe(tx, REVIEW, detection.id, Addressee(guild_id))
        if tells:
            to = Addressee(guild_id, user_id=detection.user_id)
            await self._ports.posts.owe(tx, WARNING, detection.id, to)

    async def redraw(self, tx: Transaction, detection_id: int) -> None:
        """Staff have decided."""
        await self._ports.posts.redraw(tx, REVIEW, detection_id)

    async def drop(self, tx: Transaction, detection_id: int) -> None:
        """It goes; what was said of it stays."""
        for kind in (REVIEW, WARNING):
            await self._ports.posts.drop(tx, kind, detection_id)

    async def _channel(self, guild_id: int) -> int | None:
        chosen = await self._ports.chosen(guild_id)
        return chosen.review_channel_id or await self._ports.settings.notice_channel(guild_id)

    async def _found(self, detection_id: int) -> Detection | None:
        async with self._ports.database.reading() as reading:
            return await store.by_id(reading, detection_id)

    async def _review(self, guild: GuildSeen, detection_id: int) -> Post | None:
        if await self._channel(guild.guild_id) is None:
            return None
        found = await self._found(detection_id)
        return None if found is None else card(found)

    async def _warning(self, guild: GuildSeen, detection_id: int) -> Post | None:
        found = await self._found(detection_id)
        return None if found is None else warning_post(guild)


def card(found: Detection) -> Post:
    """What staff look at before they say whether it was one."""
    signs = "\n".join(f"• {one}" for one in found.signals)
    where = _("<@{user}> (`{user}`) in {channel}, {when}").format(
        user=found.user_id, channel=f"<#{found.channel_id}>", when=stamp(found.created_at)
    )
    below = list[str]()
    if found.decision is not None and found.decided_at is not None:
        text = _(DECISIONS[found.decision])
        below.append(text.format(person=found.decided_by_id, when=stamp(found.decided_at)))
    return Post(
        title=_("Is this a scam? Finding {number}").format(number=found.id),
        text=f"{where}\n{category_words(found.category)}\n{signs}",
        below=tuple(below),
        tone=Tone.WARNING if found.decision is None else Tone.PLAIN,
        buttons=_buttons(found),
        picture=_picture(found),
        unattached=_("The picture cannot be shown: I may not attach files here."),
        footer="" if found.decision else _("Undo and Why are in the log of the protections."),
    )


def _buttons(found: Detection) -> tuple[Button, ...]:
    if found.decision is not None:
        return ()
    return (
        Button(_("It is a scam"), custom_id=CONFIRM.of(finding=found.id), tone=Tone.BAD),
        Button(_("It is harmless"), custom_id=DISMISS.of(finding=found.id), tone=Tone.GOOD),
    )


def _picture(found: Detection) -> Picture | None:
    if found.preview is None or found.decision is not None:
        return None
    return Picture("finding.jpg", found.preview, _("A small copy of the picture"))


def warning_post(guild: GuildSeen) -> Post:
    """To whoever's account sent it; most often it is not they who did."""
    return Post(
        title=_("Your account may be taken over"),
        text=_(
            "Your account posted what looks like a scam in **{server}**. If that was not you, "
            "somebody else can write in your name:"
        ).format(server=inline(guild.name, 80)),
        below=(
            _(
                "1. Change your Discord password: that signs everybody else out.\n"
                "2. Switch on two-factor authentication.\n"
                "3. Under “Authorised Apps”, remove what you do not know.\n"
                "4. Scan your computer: programs from strangers steal accounts.\n"
                "5. Never scan a QR code to log in somewhere, and give nobody a code."
            ),
            _("Then write to the staff of the server: they can lift what was done, and know why."),
        ),
        tone=Tone.WARNING,
    )
