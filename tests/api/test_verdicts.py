"""Which beliefs about the cloud were contradicted, as diagnostics show it."""

from pathlib import Path
import re

from custom_components.ringcentral.api.verdicts import Belief, Verdicts

ROOT = Path(__file__).parents[2]


def test_every_watched_belief_is_shown_with_how_often_it_was_contradicted():
    verdicts = Verdicts()
    verdicts.contradict(Belief.BUDGETS_HOLD)
    verdicts.contradict(Belief.BUDGETS_HOLD)

    assert verdicts.as_dict().keys() == set(Belief)
    assert {name: count for name, count in verdicts.as_dict().items() if count} == {"budgets_hold": 2}
    assert verdicts.contradictions(Belief.BUDGETS_HOLD) == 2
    assert verdicts.contradictions(Belief.BULK_READ_IS_JSON) == 0


def test_every_watched_belief_is_explained_and_every_test_that_holds_one_exists():
    page = (ROOT / "docs" / "beliefs.md").read_text()
    watched = {
        name for line in page.splitlines() if "| watched (" in line for name in re.findall(r"watched \(`(\w+)`", line)
    }
    assert watched == {str(belief) for belief in Belief}
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(?:[\w/.]+::)?(test_\w+|Test\w+)`", page)
    assert len(named) >= 15
    assert [one for one in named if f"def {one}(" not in tests and f"class {one}:" not in tests] == []
