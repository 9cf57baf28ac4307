"""Proof of a draw: a document with all that it takes to repeat it, written and checked.

Whoever has it needs neither the bot nor its database; docs/giveaways.md describes its keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import UserError
from bot.features.giveaways.draw import ALGORITHM, Drum, hash_of
from bot.features.giveaways.entry_store import DrawRecord, Winner
from bot.features.giveaways.model import Giveaway
from bot.problems import said
from bot.texts import _, ngettext
from bot.user_text import repeated

LARGEST = 64 * 1024 * 1024  # bytes of a file that is read

PersonId = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,19}$")]
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Places = Annotated[int, Field(ge=1, lt=2**53)]
PlacesLeft = Annotated[int, Field(ge=0, lt=2**53)]


class ProofDraw(BaseModel):
    """One draw: `places` is how many somebody had left, where that was not their weight."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: Annotated[int, Field(ge=1)]
    wanted: Annotated[int, Field(ge=1)]
    places: dict[PersonId, PlacesLeft]
    winners: list[PersonId]


class Proof(BaseModel):
    """The document."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    algorithm: Literal["herald-giveaway-1"]
    giveaway: Annotated[int, Field(ge=1)]
    guild: PersonId
    prize: str
    seed_hash: Hex
    seed: Hex
    entries: list[tuple[PersonId, Places]]
    draws: Annotated[list[ProofDraw], Field(min_length=1)]

    def drum(self) -> Drum:
        """What the lots are drawn from."""
        return Drum(self.seed, {int(user_id): weight for user_id, weight in self.entries})


def proof_of(
    giveaway: Giveaway,
    weights: Mapping[int, int],
    draws: Sequence[DrawRecord],
    winners: Sequence[Winner],
) -> Proof:
    """The proof of a giveaway that was drawn."""
    assert giveaway.seed is not None  # noqa: S101  it was drawn
    return Proof(
        algorithm=ALGORITHM,
        giveaway=giveaway.id,
        guild=str(giveaway.guild_id),
        prize=giveaway.prize,
        seed_hash=giveaway.seed_hash,
        seed=giveaway.seed,
        entries=[(str(one), weight) for one, weight in sorted(weights.items())],
        draws=[
            ProofDraw(
                number=one.number,
                wanted=one.wanted,
                places={str(user_id): left for user_id, left in sorted(one.places.items())},
                winners=[str(won.user_id) for won in winners if won.draw_id == one.id],
            )
            for one in draws
        ],
    )


def read(document: str | bytes) -> Proof:
    """A proof that somebody has; a UserError says what is wrong with it."""
    try:
        return Proof.model_validate_json(document)
    except ValidationError as error:
        problem = error.errors()[0]
        where = repeated(".".join(map(str, problem["loc"]))) or _("the whole file")
        text = _("That is no proof of a draw ({where}: {problem}).")
        raise UserError(text.format(where=where, problem=said(problem))) from None


def problems(proof: Proof) -> list[str]:
    """What does not agree, in sentences; none where the draw is as it says.

    DrawTooLong where somebody made up a draw that takes for ever.
    """
    return list(_problems(proof))


def _problems(proof: Proof) -> Iterator[str]:
    if hash_of(proof.seed) != proof.seed_hash:
        yield _("The seed is not the one whose hash was published.")
    ids = [int(user_id) for user_id, _weight in proof.entries]
    if any(before >= after for before, after in pairwise(ids)):
        yield _("The entries are not in the order of their ids, or somebody is in it twice.")
        return
    if sum(weight for _user_id, weight in proof.entries) >= 2**53:
        yield _("There are more places than there can be.")
        return
    if [one.number for one in proof.draws] != list(range(1, len(proof.draws) + 1)):
        yield _("The draws are not numbered one after the other.")
    drum, won = proof.drum(), dict[int, int]()
    for draw in proof.draws:
        yield from _of_draw(drum, draw, won)
        won |= {int(user_id): 0 for user_id in draw.winners}


def _of_draw(drum: Drum, draw: ProofDraw, won: Mapping[int, int]) -> Iterator[str]:
    places = {int(user_id): left for user_id, left in draw.places.items()}
    if any(left > drum.weights.get(user_id, -1) for user_id, left in places.items()):
        yield _("Draw {number} gives somebody places that they do not have.").format(
            number=draw.number
        )
    found = [str(one) for one in drum.winners(draw.wanted, {**places, **won})]
    if found != draw.winners:
        text = _("Draw {number} has other winners: {winners}.")
        named = ", ".join(found[:10]) or _("nobody")
        yield text.format(number=draw.number, winners=named)


def summary(proof: Proof) -> str:
    """How many people entered, with how many entries, in words."""
    people, total = len(proof.entries), sum(weight for _user_id, weight in proof.entries)
    text = ngettext(
        "{people} person with {total} entries",
        "{people} people with {total} entries in all",
        people,
    )
    return text.format(people=people, total=total)
