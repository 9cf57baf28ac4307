"""Scams: pictures that take accounts or money are found, deleted and learnt from."""

from datetime import timedelta

from bot.feature import Core, Facade, Feature, Protection
from bot.features.scams.instance_list import load
from bot.features.scams.known_pictures import KnownPictures
from bot.features.scams.personal_data import PERSONAL
from bot.features.scams.ports import PictureTools, ScamsPorts
from bot.features.scams.retention import OldDetections
from bot.features.scams.service import ScamsService, reads_words
from bot.features.scams.settings import ScamsSettings
from bot.scanner.downloads import Downloads
from bot.scanner.pool import ScanLimits, ScanPool
from bot.texts import N_

PERMISSIONS = {
    "manage_messages": N_("delete scams"),
    "moderate_members": N_("time out accounts that post them"),
}


class Scams(Facade):
    """The one owner of `security.scam_detected`."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        config = core.config.scams
        pool = ScanPool(ScanLimits(config.workers, config.worker_memory_mb, config.scan_seconds))
        downloads = Downloads(config.picture_hosts)
        known = KnownPictures(core.database, load(config.known_file))
        tools = PictureTools(downloads, pool, known, reads_words(is_wanted=config.reads_text))
        self.ports = ScamsPorts(
            core.database,
            core.outbox,
            core.settings,
            core.acts,
            core.posts,
            core.clock,
            core.incidents,
            tools,
        )
        self.service = ScamsService(self.ports, config.queue_limit)
        core.incidents.protect(
            Protection(
                "scams",
                ScamsSettings.title,
                ScamsSettings,
                status=self.service.status,
                permissions=PERMISSIONS,
            )
        )
        tasks = self.service.intake.tasks(config.workers)
        self.background = (pool, downloads, *tasks, self.service.sweep)
        self.counts = {"scam_pictures": tools.counts}
        keep = timedelta(days=core.config.audit.keep_days)
        self.prunes = {"scams": OldDetections(self.ports, self.service.messages, keep=keep)}


SCAMS = Feature(
    "scams",
    Scams,
    ScamsSettings,
    intents=frozenset({"guilds", "guild_messages"}),
    wanted=frozenset({"message_content"}),
    permissions=PERMISSIONS,
)
