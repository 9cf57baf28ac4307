"""Words of a hit: what the log of the protections says of it, and what the world is told."""

from bot.catalogue.network import NetworkHit
from bot.features.network.hit_model import MemberHit, NetworkSearch, Presence
from bot.features.network.model import (
    CATEGORIES,
    LEAST_GUILDS,
    SEVERITIES,
    TIERS,
    Assessment,
    TierReaction,
    summary,
)
from bot.features.network.settings import NetworkSettings
from bot.incident import Finding, Why
from bot.texts import _


def finding_of(
    search: NetworkSearch, assessment: Assessment, presence: Presence, reaction: TierReaction
) -> Finding:
    title = _("<@{user}> was reported by {count} servers of the network: {category}, {severity}")
    counted = _("{count}; it takes {least}")
    spared = () if presence.spared is None else (presence.spared,)
    why = Why(
        rule=_("At least two servers have an approved report about this person."),
        counters=(
            (_("Servers"), counted.format(count=assessment.count, least=LEAST_GUILDS)),
            (_("Trust score"), _("{score} of 100").format(score=assessment.trust_score)),
            (_("Tier"), _(TIERS[assessment.tier])),
            (_("What this server does about it"), _(reaction)),
        ),
        spared=spared,
    )
    return Finding(
        guild_id=search.guild_id,
        feature=NetworkSettings.feature,
        title=title.format(
            user=search.user_id,
            count=assessment.count,
            category=_(CATEGORIES[assessment.top_category]),
            severity=_(SEVERITIES[assessment.top_severity]),
        ),
        why=why,
        user_id=search.user_id,
        is_shadow=presence.is_shadow,
    )


def event_of(hit: MemberHit, assessment: Assessment) -> NetworkHit:
    return NetworkHit(
        guild_id=hit.guild_id,
        user_id=hit.user_id,
        trust_score=hit.trust_score,
        approved_report_count=hit.report_count,
        top_category=hit.top_category,
        top_severity=hit.top_severity,
        summary=summary(assessment),
    )
