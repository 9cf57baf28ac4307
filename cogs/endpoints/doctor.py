"""`/webhook doctor`: how a receiver answers good and bad requests, and what to mend about it."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot.client.interactions import actor_of
from bot.client.progress import STEP_SECONDS
from bot.clock import Clock
from bot.features.endpoints.doctor import Examined
from bot.features.endpoints.doctor_grades import Grade, ProbeFinding, overall
from bot.features.endpoints.service import Endpoint
from bot.texts import N_, _
from bot.user_text import clip, inline
from cogs.endpoints.rotation import signed
from cogs.endpoints.suggestions import WHICH, Interaction, Suggestions
from cogs.endpoints.views import EMBED_LIMIT, bold

SEEN_LIMIT = 140
ANSWER_LIMIT = 120
SIGNS = {Grade.PASS: "✅", Grade.WARN: "⚠️", Grade.FAIL: "❌", Grade.SKIPPED: "⏭️"}
VERDICTS = {
    Grade.PASS: N_("{name} is well."),
    Grade.WARN: N_("{name} works; look at the warnings."),
    Grade.FAIL: N_("{name} needs mending."),
}
COLORS = {
    Grade.PASS: discord.Color.green(),
    Grade.WARN: discord.Color.gold(),
    Grade.FAIL: discord.Color.red(),
}


class DoctorCommand(Suggestions):
    """Looks at a receiver."""

    @app_commands.command(
        description=locale_str(N_("Examine your program with good and bad requests"))
    )
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def doctor(self, interaction: Interaction, name: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        watch = Watch(interaction, self._clock)
        examined = await self._services.doctor.examine(actor_of(interaction), name, watch)
        await interaction.edit_original_response(embed=told(examined))


class Watch:
    """Shows the findings as they come, every two seconds at most."""

    def __init__(self, interaction: Interaction, clock: Clock) -> None:
        self._interaction = interaction
        self._clock = clock
        self._told_at = clock.now()

    async def __call__(self, findings: Sequence[ProbeFinding], title: str | None) -> None:
        now = self._clock.now()
        if title is None or (now - self._told_at).total_seconds() < STEP_SECONDS:
            return
        self._told_at = now
        head = _("Next: {title} …").format(title=title)
        embed = discord.Embed(description=_table(head, findings))
        await self._interaction.edit_original_response(embed=embed)


def told(examined: Examined) -> discord.Embed:
    """The verdict, what else is to be known, and every finding."""
    grade = overall(examined.findings)
    verdict = _(VERDICTS[grade]).format(name=bold(examined.endpoint))
    head = " ".join((verdict, *_notes(examined.endpoint)))
    return discord.Embed(description=_table(head, examined.findings), color=COLORS[grade])


def _notes(endpoint: Endpoint) -> list[str]:
    notes: list[str] = []
    if not endpoint.receives:
        notes.append(_("It receives nothing now and that stays so: only the doctor asked."))
    if endpoint.next_secret_at is not None:
        notes.append(_("A new secret waits; {signed}.").format(signed=signed(endpoint)))
    return notes


def _table(head: str, findings: Sequence[ProbeFinding]) -> str:
    """Every finding; where that is too long, without the answers, or with what was seen alone."""
    texts = [
        "\n".join([head, *(part for finding in findings for part in _parts(finding)[:most])])
        for most in (3, 2, 1)
    ]
    return next((text for text in texts if len(text) <= EMBED_LIMIT), clip(texts[-1], EMBED_LIMIT))


def _parts(finding: ProbeFinding) -> list[str]:
    """What was seen, how to mend it, what the receiver said itself."""
    parts = [f"{SIGNS[finding.grade]} **{finding.title}:** {inline(finding.seen, SEEN_LIMIT)}"]
    if finding.mend:
        parts.append(f"-# {finding.mend}")
    if answer := inline(finding.answer.decode("utf-8", errors="replace"), ANSWER_LIMIT):
        parts.append(f"-# {_('Its answer: {answer}').format(answer=answer)}")
    return parts
