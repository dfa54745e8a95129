"""The documentation tells the truth: links resolve, commands exist, and its examples do what it says."""

from datetime import UTC, datetime
import itertools
import json
from pathlib import Path
import re
import subprocess

from aiohttp import ClientSession
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
import yaml

from custom_components.ringcentral.api.events import decode_notification
from custom_components.ringcentral.presence.legs import Source
from custom_components.ringcentral.presence.ordering import Moment
from custom_components.ringcentral.presence.state import ExtensionRecord, apply_event
from simulator.cloud import Simulator
from simulator.control import Control
from simulator.faults import CONNECTION_FAULTS, HTTP_FAULTS, MOMENTS, NOTIFICATION_FAULTS
from simulator.office_day import OfficeDay
from tests.waiting import until

ROOT = Path(__file__).parent.parent
# The day of the example, in Unix seconds.
NINE = datetime(2026, 11, 2, 9, 0, 3, tzinfo=UTC).timestamp()
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def documents() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split()]


def anchors(path: Path) -> set[str]:
    """Return the names that the headings of a document get from the repository's host."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).lower()) for heading in headings)
    return {each.strip().replace(" ", "-") for each in words}


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_inside_the_repository_resolve(document):
    for target in LINK.findall(document.read_text()):
        if re.match(r"[a-z]+:", target):
            assert target.startswith("https://"), target
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path), target


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_scripts_that_are_named_can_be_run(document):
    for script in re.findall(r"(?<![\w/.-])(?:scripts/\w+|\.ci/run)", document.read_text()):
        assert (ROOT / script).stat().st_mode & 0o100, script


def test_every_fault_is_described():
    text = (ROOT / "docs" / "simulator.md").read_text()
    described = set(re.findall(r"`([a-z_]+)`", text))
    assert {*NOTIFICATION_FAULTS, *HTTP_FAULTS, *CONNECTION_FAULTS, *MOMENTS} <= described


async def test_examples_of_the_simulator_do_as_said(socket_enabled, account, clock, phones):
    text = (ROOT / "docs" / "simulator.md").read_text()
    examples = re.findall(r"-d '(\{.*?\})' http://127\.0\.0\.1:8421(\S+)", text)
    assert len(examples) == 2
    simulator = Simulator(account, clock=clock)
    Control(simulator, phones, OfficeDay(phones)).mount()
    async with simulator, ClientSession() as session:
        for body, path in examples:
            async with session.post(simulator.url + path, json=json.loads(body)) as answer:
                assert answer.status == 200, await answer.text()
    assert phones.find("101").settings["dndStatus"] == "DoNotAcceptAnyCalls"
    assert simulator.faults.describe()[0]["kind"] == "status"


def test_example_of_ordering_ends_the_same_in_every_order_of_arrival():
    lines = re.search(r"```json\n(.*?)```", (ROOT / "docs" / "ordering.md").read_text(), re.DOTALL)
    bodies = [json.loads(line) for line in lines[1].splitlines()]
    assert len(bodies) == 3
    states = []
    for order in itertools.permutations(enumerate(bodies)):
        record = ExtensionRecord(extension_id="1")
        for at, body in order:
            payload = {
                "uuid": str(at),
                "event": "/restapi/v1.0/account/1/extension/1/presence?detailedTelephonyState=true",
                "timestamp": f"2026-11-02T09:00:0{at}.000Z",
                "body": {"extensionId": "1", **body},
            }
            event = decode_notification(json.dumps(payload).encode())
            record = apply_event(record, event, Moment(10.0, NINE), Source.LIVE).record
        states.append(record.state)
    for state in states:
        assert state.is_on_call
        assert not state.is_ringing
        assert (state.presence_status, state.effective_dnd) == ("Busy", "DoNotAcceptAnyCalls")


async def test_the_readmes_automation_turns_a_light_red_while_the_phone_rings(hass, office, phones):
    example = re.search(r"```yaml\n(alias:.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    on, off = (async_mock_service(hass, "light", name) for name in ("turn_on", "turn_off"))
    assert await async_setup_component(hass, "automation", {"automation": [yaml.safe_load(example[1])]})
    await hass.async_block_till_done()
    assert hass.states.get("automation.red_light_while_the_phone_rings").state == "on", "the example is valid"
    call = phones.call_in("101", from_name="John Wang")
    await until(lambda: on)
    assert on[0].data == {"entity_id": ["light.desk"], "color_name": "red"}
    assert not off
    call.hang_up()
    await until(lambda: off)
    assert len(on) == 1
