"""Every row of the matrix: it heals, by itself where it can, and nothing of it is left when Home Assistant goes."""

from dataclasses import asdict
import inspect
from pathlib import Path

import pytest

from tests.chaos import check_story
from tests.faults import dialects, happenings, networks, requests, restarts, sockets, tokens, webhooks
from tests.faults.results import Result, keep

FAULTS = [
    fault
    for table in (sockets, tokens, requests, networks, webhooks, restarts, happenings, dialects)
    for fault in table.FAULTS
]
# A link that has held for so long is trusted.
_STABLE = 90.0
# Nothing false is shown for longer beside a connection that is shown as sound.
_WORST = 90.0
# The end of a call is reported by the next read at the latest.
_RECONCILE = 16 * 60.0

every_fault = pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])


async def do(action, scene):
    """Do what may take its time."""
    if inspect.isawaitable(done := action(scene)):
        await done


def story_errors(scene, fault):
    """Return what was invented, reported twice, or left without an end."""
    wrong = check_story(scene.reported, scene.phones.history)
    return [one for one in wrong if not (fault.reloads and one.startswith("never ended"))]


def test_every_fault_has_a_name_of_its_own():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_the_page_on_reliability_is_written_from_this_table():
    page = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text()
    rows = [line.split(" | ")[0].removeprefix("| ") for line in page.splitlines() if line.startswith("| ")]
    assert rows[1 : len(FAULTS) + 1] == [fault.name for fault in FAULTS], "write it again with scripts/soak --report"


@every_fault
async def test_it_heals_and_the_truth_is_reached(request, scene, fault):
    await scene.pass_time(_STABLE)
    scene.begin()
    await scene.time_until(scene.is_healed, within=5)
    scene.forget()
    before = scene.simulator.requests.total()

    await do(fault.strike, scene)
    await scene.settle()
    await scene.go_on(fault.lasts)
    if fault.lasts:
        await do(fault.mend, scene)
    if fault.is_busy:
        healed_after = await scene.heals(fault.heals_within)
    else:
        healed_after = await scene.time_until(scene.is_healed, fault.heals_within)
    result = Result(
        fault=fault.name,
        lasted=fault.lasts,
        off_for=scene.off_for,
        blind_for=scene.blind_for,
        misled_for=scene.misled_for,
        issues=sorted(scene.issues),
        prompted=scene.was_prompted,
        healed_after=healed_after,
        requests=scene.simulator.requests.total() - before,
    )

    assert scene.differences() == []
    assert (result.off_for > 0, result.blind_for > 0) == (fault.disconnects, fault.blinds), "as the user saw it"
    assert (result.issues, result.prompted) == ([fault.issue] if fault.issue else [], fault.prompts)
    assert result.misled_for <= _WORST
    assert result.requests <= fault.requests

    # The link really works: what happens now is reported at once.
    reported = len(scene.reported)
    scene.phones.call_in("107", from_name="Harbor Dental")
    await scene.pass_time(5)
    rings = [(one.call.caller_name, str(one.kind)) for one in scene.reported[reported:] if str(one.kind) == "ringing"]
    assert rings == [("Harbor Dental", "ringing")]
    scene.rest()
    scene.end()
    await scene.time_until(lambda: not scene.wrong() and not story_errors(scene, fault), within=_RECONCILE)
    if not (fault.reloads and fault.cuts_off):
        assert len(scene.simulator.subscriptions.by_id) == 1, "what it made before is deleted"
    keep(request.config, f"fault-{FAULTS.index(fault):03}", asdict(result))


@every_fault
async def test_stopping_in_the_middle_leaves_nothing(hass, scene, fault):
    scene.begin()
    await scene.pass_time(_STABLE)
    await do(fault.strike, scene)
    await scene.go_on(fault.lasts / 2)

    assert await hass.config_entries.async_unload(scene.entry.entry_id)

    await scene.is_gone()
    assert scene.open_issues() == set()
    if not fault.cuts_off:
        await scene.has_unsubscribed()
