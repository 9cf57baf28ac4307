"""Pages of the check: nothing of a long one is lost, and each names whose lines it has."""

from bot.features.setup.survey import Checkup, FeatureCheck
from bot.needs import Defect
from cogs.setup.views import PAGE_LENGTH, page_of

HOW = "Server Settings → Roles → my role → Permissions, and tick it"
DEFECTS = tuple(
    Defect(f"I lack **Permission {number}** ({'why ' * 40})", HOW) for number in range(40)
)
CHECKUP = Checkup(
    (FeatureCheck("Cases", DEFECTS), FeatureCheck("Levels", (Defect("One note", is_note=True),))),
    ("Casino",),
)


def test_every_line_is_on_one_page_under_its_feature() -> None:
    pages = [page_of(CHECKUP, 1)]
    while pages[-1].has_more:
        pages.append(page_of(CHECKUP, pages[-1].number + 1))
    assert [one.number for one in pages] == [*range(1, len(pages) + 1)]
    assert len(pages) > 2
    assert all(len(one.text) <= PAGE_LENGTH for one in pages)
    whole = "\n".join(one.text for one in pages)
    assert all(whole.count(f"**Permission {number}**") == 1 for number in range(40))
    assert all(one.text.startswith("**Cases**\n⚠️ ") for one in pages[:-1])
    assert pages[-1].text.endswith("📝 One note\n✅ Works: Levels\n⚪ Off: Casino")
    assert whole.count(HOW) == 1, "how it is mended is said once"


def test_a_page_that_there_is_no_more_is_the_last() -> None:
    assert page_of(Checkup((), ("Casino",)), 9).number == 1
