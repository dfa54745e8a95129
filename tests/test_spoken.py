"""The tests of what people can see are run in every dialect of the simulator, but for those that say why not."""

import json
from pathlib import Path
import re
import subprocess
import sys

import pytest

from simulator.dialects import CONNECTION_DIALECTS, DIALECTS
from tests import spoken
from tests.marks import are_webhooks, why_not

ROOT = Path(__file__).parent.parent
BEHAVIOR = re.search(r"behavior=\(\n(.*?)\n\)", (ROOT / "scripts" / "dialects").read_text(), re.DOTALL)[1].split()

# Tests of what cannot be in some dialects, by how many say so; a new one is to be thought about.
NOT_IN_DIALECT = {"two_counters": 4, "status_below_list": 1, "new_call_handling": 6}
# Of the tests that are run in a dialect so many may be left out, in hundredths.
_MOST_LEFT_OUT = 10


class Collected:
    """Keeps what pytest has collected."""

    def pytest_collection_finish(self, session):
        self.items = [item for item in session.items if "simulator" in item.fixturenames]


@pytest.fixture(scope="module")
def behavior():
    """Return what each test that meets the cloud says of itself."""
    code = (
        "import json, pytest, sys\n"
        "from tests.test_spoken import Collected, left_out\n"
        "seen = Collected()\n"
        "pytest.main(['--collect-only', '-qq', '-p', 'no:cacheprovider', *sys.argv[1:]], plugins=[seen])\n"
        "print('\\n' + json.dumps(left_out(seen.items)))\n"
    )
    command = [sys.executable, "-c", code, *BEHAVIOR]
    done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def left_out(items):
    """Return how many tests there are, and how many of them are left out in each dialect."""
    return len(items), {name: sum(why_not(item, [name]) is not None for item in items) for name in spoken.NAMES}


def test_every_dialect_is_run_at_night_and_may_be_drawn():
    assert {*DIALECTS, *CONNECTION_DIALECTS} == set(spoken.NAMES)


def test_a_sample_follows_from_its_seed(monkeypatch):
    monkeypatch.setenv("LIVES_SEED", "1")
    first = spoken.drawn()
    assert len(set(first)) == spoken.SAMPLE
    assert spoken.drawn() == first
    monkeypatch.setenv("LIVES_SEED", "2")
    assert spoken.drawn() != first


def test_hardly_anything_is_left_out_in_any_dialect(behavior):
    count, left = behavior
    assert count > 400
    assert {name: number for name, number in left.items() if number * 100 > count * _MOST_LEFT_OUT} == {}


def test_nothing_is_left_out_where_nothing_is_lost_but_what_is_listed(behavior):
    _, left = behavior
    table = {**DIALECTS, **CONNECTION_DIALECTS}
    found = {
        name: number for name, number in left.items() if number and not table[name].loses and not are_webhooks([name])
    }
    family = [name for name in DIALECTS if name.startswith("new_call_handling")]
    wanted = {name: number for name, number in NOT_IN_DIALECT.items() if name not in family}
    assert found == {**wanted, **dict.fromkeys(family, NOT_IN_DIALECT["new_call_handling"])}
