"""Number that a person typed: the right one, or a sentence that says what to write instead.

It is never guessed. Digits of any script count, and so do separators where they can be read in
one way alone; `1,500` is one thousand five hundred here and one and a half there, so it is refused.
"""

import re
import unicodedata

from bot.errors import UserError
from bot.texts import _
from bot.user_text import repeated

LONGEST = 500  # characters; what is longer is no number that anybody means
GROUP_MARK = "\N{NARROW NO-BREAK SPACE}"

_POINT = "\N{ARABIC DECIMAL SEPARATOR}"  # it and the next can be read in one way alone
_APART = "\N{ARABIC THOUSANDS SEPARATOR}"
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{SMALL HYPHEN-MINUS}\uff0d", "-"),
        "\N{FULLWIDTH PLUS SIGN}": "+",
        "\N{FULLWIDTH COMMA}": ",",
        "\N{FULLWIDTH FULL STOP}": ".",
        **dict.fromkeys(" \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}", _APART),
        **dict.fromkeys("'\N{RIGHT SINGLE QUOTATION MARK}_", _APART),
    }
)
_EITHER = re.compile(r"([1-9]\d{0,2})[.,](\d{3})", re.ASCII)
_REST = rf"[.,{_POINT}](?P<rest>\d+)"
_GROUPED = rf"[1-9]\d{{0,2}}(?P<mark>[.,{_APART}])\d{{3}}(?:(?P=mark)\d{{3}})*"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"(?P<whole>\d*)(?:{_REST})?",
        rf"(?P<whole>{_GROUPED})(?:(?!(?P=mark)){_REST})?",
        r"(?P<whole>[1-9]\d?(?:,\d\d)+,\d{3})(?:\.(?P<rest>\d+))?",  # lakhs and crores
    )
)
_SHORT = re.compile(rf"[\d.,{_APART}]+(?:e[+-]?\d+|k|m|b|mio|mrd)", re.ASCII | re.IGNORECASE)


def parse_number(text: str, *, decimals: int = 0, least: int = 1, most: int = 10**9) -> int:
    """The number in units of its last decimal: `2.50` of two decimals is 250.

    `least` and `most` are in the same unit. A UserError says what to write.
    """
    typed = _plain(text)
    digits = typed.lstrip("+-")
    if len(typed) - len(digits) > 1 or len(text) > LONGEST:
        raise UserError(_unread(text))
    whole, rest = _parts(digits, text)
    is_negative = typed.startswith("-") and any(map(int, whole + rest))
    if is_negative and least >= 0:
        raise UserError(_("Leave out the minus: a negative number does not work here."))
    if len(rest) > decimals:
        raise UserError(_too_fine(decimals))
    number = int(whole + rest.ljust(decimals, "0"))
    return _within(-number if is_negative else number, decimals, least, most)


def shown_number(number: int, decimals: int = 0) -> str:
    """The number as people read it, and as it can be typed: `1 234.50` with narrow spaces."""
    whole, rest = divmod(abs(number), 10**decimals)
    point = f".{rest:0{decimals}}" if decimals else ""
    return f"{'-' if number < 0 else ''}{whole:,}".replace(",", GROUP_MARK) + point


def _plain(text: str) -> str:
    """With ASCII digits and signs, and without marks that nobody sees."""
    seen = "".join(one for one in text if unicodedata.category(one) != "Cf").strip()
    zeros = {ord(one) - unicodedata.decimal(one) for one in seen if one.isdecimal()}
    if len(zeros) > 1:
        raise UserError(_("Write all digits of the number in the same script."))
    digits = (str(unicodedata.decimal(one)) if one.isdecimal() else one for one in seen)
    return "".join(digits).translate(_SIGNS)


def _parts(digits: str, text: str) -> tuple[str, str]:
    """The digits before and after the point."""
    if either := _EITHER.fullmatch(digits):
        whole, rest = either.groups()
        read = _("“{typed}” can be read as {one} or as {other}: write it without a separator.")
        other = f"{whole}.{rest}".rstrip("0").rstrip(".")
        raise UserError(read.format(typed=repeated(text), one=whole + rest, other=other))
    for form in _FORMS:
        if found := form.fullmatch(digits):
            whole = re.sub(r"\D", "", found["whole"], flags=re.ASCII)
            rest = found["rest"] or ""
            if whole or rest:
                return whole or "0", rest
    raise UserError(_unread(text, is_short=_SHORT.fullmatch(digits) is not None))


def _unread(text: str, *, is_short: bool = False) -> str:
    if is_short:
        said = _("Write the number out in digits, such as 1000 in place of 1k or 1e3.")
    elif not text.strip():
        said = _("Write a number, such as 250.")
    else:
        said = _("“{typed}” cannot be read as a number: write digits alone, such as 250.")
    return said.format(typed=repeated(text))


def _too_fine(decimals: int) -> str:
    if decimals == 0:
        return _("Write a whole number, without anything after a point, such as 250.")
    said = _("Write at most {count} digits after the point, such as {example}.")
    return said.format(count=decimals, example=shown_number(25 * 10**decimals, decimals))


def _within(number: int, decimals: int, least: int, most: int) -> int:
    if number < least:
        raise UserError(_("The least is {least}.").format(least=shown_number(least, decimals)))
    if number > most:
        raise UserError(_("The most is {most}.").format(most=shown_number(most, decimals)))
    return number
