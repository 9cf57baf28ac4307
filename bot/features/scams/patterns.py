"""Patterns of scams in the words of a picture: each adds to a score, what is enough is a signal."""

import re
import unicodedata
from dataclasses import dataclass

from bot.features.scams.model import Signal, SignalKind, Sure
from bot.texts import N_, _

LONGEST = 4_000  # characters of a text that are looked at
ENOUGH = {Sure.HIGH: 8, Sure.MEDIUM: 5, Sure.LOW: 3}


@dataclass(frozen=True, slots=True)
class ScamPattern:
    """Words, read without spaces or signs as readers of pictures lose them, and their weight."""

    category: str
    weight: int
    found: re.Pattern[str]


def _pattern(category: str, weight: int, words: str) -> ScamPattern:
    return ScamPattern(category, weight, re.compile(words))


CRYPTO, CASINO, NITRO = "crypto_giveaway", "casino_promotion", "nitro_giveaway"
VERIFY, THREAT = "fake_verification", "account_threat"

CATEGORIES = {
    CRYPTO: N_("a promise of free or doubled coins"),
    CASINO: N_("an advertisement of an online casino"),
    NITRO: N_("a promise of free Nitro or gifts"),
    VERIFY: N_("a demand to verify an account"),
    THREAT: N_("a threat to an account"),
}
COIN = "(?:btc|bitcoin|eth|ethereum|usdt|crypto|coins?|solana|sol)"
PATTERNS = (
    _pattern(
        CRYPTO, 4, rf"(?:send|deposit).{{0,24}}(?:{COIN}).{{0,30}}(?:receive|get|back|return)"
    ),
    _pattern(CRYPTO, 4, rf"(?:double|multiply|triple)(?:your)?{COIN}"),
    _pattern(CRYPTO, 3, rf"{COIN}(?:giveaway|airdrop)|airdrop.{{0,20}}claim"),
    _pattern(CRYPTO, 2, r"connect(?:your)?wallet|seedphrase|recoveryphrase"),
    _pattern(CRYPTO, 2, rf"free{COIN}"),
    _pattern(CASINO, 3, r"cryptocasino|onlinecasino|casinobonus|casinogiveaway"),
    _pattern(CASINO, 3, r"(?:promo|bonus)code.{0,40}(?:\$|€|usd|bonus|casino|withdraw)"),
    _pattern(CASINO, 2, r"(?:promo|bonus)code"),
    _pattern(CASINO, 3, r"withdrawal(?:was)?(?:success|complete|done|approved)"),
    _pattern(CASINO, 3, r"(?:claim|activate|get|redeem)(?:your|the|a)?(?:[$€]\d{3,}|\d{3,}[$€])"),
    _pattern(CASINO, 2, r"[$€]\d{3,}(?:bonus|reward|free|gift)|freespins?"),
    _pattern(NITRO, 4, r"free.{0,12}nitro|nitro.{0,12}(?:free|giveaway|forfree)"),
    _pattern(NITRO, 3, r"(?:claim|get|accept).{0,16}nitro|nitro.{0,16}(?:claim|gift)"),
    _pattern(NITRO, 3, r"(?:free|claim).{0,12}(?:skins?|giftcards?|robux|vbucks)"),
    _pattern(VERIFY, 4, r"scan.{0,20}(?:qr)?code.{0,40}(?:verify|login|claim|access|account)"),
    _pattern(VERIFY, 4, r"(?:verify|login|claim).{0,40}scan.{0,20}(?:qr|code)"),
    _pattern(VERIFY, 2, r"verifyyour(?:account|identity|wallet)|captchabot"),
    _pattern(THREAT, 4, r"accidentallyreported(?:you|your)"),
    _pattern(
        THREAT, 3, r"youraccount(?:willbe|hasbeen|is)(?:suspend|terminat|disabl|delet|limit|lock)"
    ),
    _pattern(THREAT, 2, r"within(?:24|48|12)hours|appealnow|contact.{0,20}moderator"),
)
_SILENT = re.compile(r"[^\w$€]|_")


def squeezed(text: str) -> str:
    """The letters, digits and signs of money alone, in their usual forms."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    return _SILENT.sub("", plain)


def score(text: str) -> dict[str, int]:
    """What each category comes to; a word that fits two patterns counts for both."""
    words = squeezed(text)
    scores = dict[str, int]()
    for one in PATTERNS:
        if one.found.search(words):
            scores[one.category] = scores.get(one.category, 0) + one.weight
    return scores


def signal_of(text: str) -> Signal | None:
    """What a picture's words say; a text that mixes categories counts by all of them."""
    scores = score(text)
    if not scores:
        return None
    leading = max(scores, key=lambda one: scores[one])
    total = scores[leading] + (sum(scores.values()) - scores[leading]) // 2
    for sure, enough in ENOUGH.items():
        if total >= enough:
            words = _("its words are {what} ({score} points of {limit})").format(
                what=_(CATEGORIES[leading]), score=total, limit=enough
            )
            return Signal(SignalKind.TEXT, leading, sure, words)
    return None
