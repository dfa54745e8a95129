"""The documentation is true: links resolve, commands exist, and its examples do what it says."""

from datetime import UTC, datetime
import itertools
import json
from pathlib import Path
import re
import subprocess
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
import yaml

from custom_components.ringcentral.presence.office import Office as Rules
from custom_components.ringcentral.presence.order import Moment
from simulator.cloud import Simulator
from simulator.control import Control
from simulator.faults import CONNECTION_FAULTS, HTTP_FAULTS, MOMENTS, NOTIFICATION_FAULTS
from simulator.office_day import OfficeDay
from tests.waiting import until

ROOT = Path(__file__).parent.parent
INTEGRATION = ROOT / "custom_components" / "ringcentral"
REPOSITORY = json.loads((INTEGRATION / "manifest.json").read_text())["documentation"]
ENGLISH = json.loads((INTEGRATION / "translations" / "en.json").read_text())
# The day of the example, in Unix seconds.
NINE = datetime(2026, 11, 2, 9, 0, 3, tzinfo=UTC).timestamp()
LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
# Where a script's options are, if it only calls a module.
PARSERS = {"develop": "demo/__main__.py", "benchmark": "benchmarks/__main__.py"}


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
    for target in ("".join(found) for found in LINK.findall(document.read_text())):
        if re.match(r"[a-z]+:", target):
            assert target.startswith("https://"), target
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path), target


def test_links_to_the_repositorys_own_page_resolve():
    places = [".github/ISSUE_TEMPLATE/bug.yml", "frontend/src/main.ts", *documents()]
    found = [one for place in places for one in re.findall(rf"{REPOSITORY}[\w/.#-]*", (ROOT / place).read_text())]
    assert len(found) >= 3
    for link in found:
        path, _, anchor = link.removeprefix(REPOSITORY).partition("#")
        document = ROOT / (path.removeprefix("/blob/main/") or "README.md")
        assert document.is_file(), link
        assert not anchor or anchor in anchors(document), link


def test_links_into_the_readers_home_assistant_open_what_is_here():
    opened = set()
    for document in documents():
        for link in re.findall(r"https://my\.home-assistant\.io/redirect/[^)`\s]+", document.read_text()):
            place = urlsplit(link)
            given = {name: values[0] for name, values in parse_qs(place.query).items()}
            kind = place.path.strip("/").removeprefix("redirect/")
            opened.add(kind)
            match kind:
                case "hacs_repository":
                    assert f"https://github.com/{given['owner']}/{given['repository']}" == REPOSITORY
                    assert given["category"] == "integration"
                case "config_flow_start":
                    assert given == {"domain": INTEGRATION.name}
                case "blueprint_import":
                    path = given["blueprint_url"].removeprefix(f"{REPOSITORY}/blob/main/")
                    assert (ROOT / path).is_file(), link
                case _:
                    assert kind == "oauth", link
    assert opened == {"hacs_repository", "config_flow_start", "blueprint_import", "oauth"}


def test_every_blueprint_is_offered():
    blueprints = {path.name for path in (ROOT / "blueprints" / "automation" / "ringcentral").glob("*.yaml")}
    offered = {
        name: set(re.findall(r"%2F(\w+\.yaml)\)", (ROOT / name).read_text()))
        for name in ("README.md", "docs/blueprints.md")
    }
    assert offered == {"README.md": {"busy_light.yaml"}, "docs/blueprints.md": blueprints}


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_options_of_scripts_exist(document):
    for line in document.read_text().splitlines():
        scripts = re.findall(r"scripts/(\w+)", line)
        if "pytest" in line or not scripts:
            continue
        texts = [(ROOT / PARSERS.get(name, f"scripts/{name}")).read_text() for name in scripts]
        for option in re.findall(r"--[a-z][a-z-]*", line):
            assert option == "--help" or any(option in text for text in texts), f"{option}: {line}"


PLACE = re.compile(
    r"(?P<table>\n\n(?=\|))|(?P<row>\n(?=\|))|(?P<end>\n\n|\n +end\n)|(?P<path>[\w/]+\.py)\b|(?P<room>\b[a-z_]+/)(?!\w)"
)


def modules_in(text: str) -> set[str]:
    """Return the paths that a text names: a bare name is in the room that its paragraph, row or table has named."""
    room, room_of_table, paths = "", "", set()
    for found in PLACE.finditer(text):
        match found.lastgroup:
            case "table":
                room_of_table = room
            case "row":
                room = room_of_table
            case "end":
                room = ""
            case "room":
                room = found["room"]
            case "path":
                paths.add(found["path"] if "/" in found["path"] else room + found["path"])
    return paths


def test_every_module_has_its_place_in_the_architecture():
    named = modules_in((ROOT / "docs" / "architecture.md").read_text())
    modules = {path.relative_to(INTEGRATION).as_posix() for path in INTEGRATION.rglob("*.py")}
    assert {one for one in modules if not one.endswith("__init__.py")} - named == set()
    assert {one for one in named - modules if not (ROOT / one).is_file()} == set()


def rows_of_where_to_add() -> dict[str, str]:
    text = (ROOT / "docs" / "development.md").read_text().partition("## Where to add things")[2]
    return dict(re.findall(r"^\| (an? [^|]+|something [^|]+) \| ([^|]+) \|$", text, re.MULTILINE))


def test_where_to_add_things_has_a_row_of_each_kind():
    kinds = ("sensor", "field", "kind of event", "happens to a call", "condition", "REST call", "login can do")
    kinds += ("transport", "error code", "dialect", "fault", "text")
    rows = rows_of_where_to_add()
    assert len(rows) == len(kinds)
    assert all(kind in what for kind, what in zip(kinds, rows, strict=True))


@pytest.mark.parametrize("what", rows_of_where_to_add())
def test_where_to_add_things_names_files_and_what_is_in_them(what):
    files, symbols = [], []
    for name in re.findall(r"`([^`]+)`", rows_of_where_to_add()[what]):
        place = name.split()[0]
        if "/" in place or "." in place:
            found = next((path for path in (INTEGRATION / place, ROOT / place) if path.is_file()), None)
            assert found is not None, place
            files.append(found.read_text())
        else:
            symbols.append(place)
    assert files
    for symbol in symbols:
        assert any(re.search(rf"(def|class) {symbol}\b|^{symbol}\b", text, re.MULTILINE) for text in files), symbol


class TestWordsOfTheInterface:
    """What the documents call something is what Home Assistant shows."""

    def test_every_entity_is_on_the_page_of_entities(self):
        page = (ROOT / "docs" / "entities.md").read_text()
        for platform in ENGLISH["entity"].values():
            for entity in platform.values():
                assert re.search(rf"(?<!\w){entity['name']}(?!\w)", page), entity["name"]

    def test_every_field_and_choice_of_the_dialogs_is_on_the_page_of_the_set_up(self):
        page = (ROOT / "docs" / "setup.md").read_text()
        words = [
            word for kind in ("watch", "privacy", "transport") for word in ENGLISH["selector"][kind]["options"].values()
        ]
        words += ENGLISH["config"]["step"]["user"]["menu_options"].values()
        for step in (*ENGLISH["config"]["step"].values(), *ENGLISH["options"]["step"].values()):
            for part in (step, *step.get("sections", {}).values()):
                words += part.get("data", {}).values()
        assert len(words) > 20
        for word in words:
            assert word in page, word

    def test_every_option_of_triggers_and_conditions_goes_by_its_name_in_the_editor(self):
        text = (ROOT / "docs" / "automations.md").read_text()
        for described in (*ENGLISH["triggers"].values(), *ENGLISH["conditions"].values()):
            for field in described.get("fields", {}).values():
                assert field["name"] in text, field["name"]

    def test_every_action_and_its_fields_are_described(self):
        text = (ROOT / "docs" / "actions.md").read_text()
        for action, described in ENGLISH["services"].items():
            assert f"## {described['name']}\n" in text
            section = text.partition(f"## {described['name']}\n")[2].partition("\n## ")[0]
            assert f"`ringcentral.{action}`" in text
            for field in described.get("fields", {}):
                assert f"`{field}" in section, f"{action}: {field}"

    def test_every_path_through_home_assistant_is_written_alike(self):
        for document in documents():
            assert not re.search(r"Settings > ", document.read_text()), document


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_scripts_that_are_named_can_be_run(document):
    for script in re.findall(r"(?<![\w/.-])(?:scripts/\w+|\.ci/run)", document.read_text()):
        assert (ROOT / script).stat().st_mode & 0o100, script


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_tests_that_are_named_exist(document):
    for path, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", document.read_text()):
        assert (ROOT / path).is_file(), path
        assert not name or re.search(rf"def {name}\(", (ROOT / path).read_text()), f"{path}::{name}"


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


async def test_everything_that_can_be_done_by_hand_is_described(account, phones):
    simulator = Simulator(account)
    Control(simulator, phones, OfficeDay(phones)).mount()
    table = (ROOT / "docs" / "simulator.md").read_text().partition("| What | Fields |")[2].partition("\n\n")[0]
    reported = {
        name for row in table.splitlines() for name in re.findall(r"`([\w/]+)`", row.split("|")[1] if row else "")
    }
    paths = {route.path.removeprefix("/simulator/") for route in simulator.http.routes if route.method == "POST"}
    assert reported == {path for path in paths if not path.startswith("/")}


async def test_example_of_a_test_is_one(office, phones, account):
    example = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "simulator.md").read_text(), re.DOTALL)
    defined = {}
    exec(example[1], defined)
    await defined["test_phone_rings"](office, phones, account)
    assert office.shown("101", "ringing") == "on"


def test_example_of_ordering_ends_the_same_in_every_order_of_arrival():
    lines = re.search(r"```json\n(.*?)```", (ROOT / "docs" / "ordering.md").read_text(), re.DOTALL)
    bodies = [json.loads(line) for line in lines[1].splitlines()]
    assert len(bodies) == 3
    states = []
    for order in itertools.permutations(enumerate(bodies)):
        rules = Rules()
        rules.follow("1")
        for at, body in order:
            payload = {
                "uuid": str(at),
                "event": "/restapi/v1.0/account/1/extension/1/presence?detailedTelephonyState=true",
                "timestamp": f"2026-11-02T09:00:0{at}.000Z",
                "body": {"extensionId": "1", **body},
            }
            rules.take(json.dumps(payload).encode(), Moment(10.0, NINE))
        states.append(rules.state("1"))
    for state in states:
        assert state.is_on_call
        assert not state.is_ringing
        assert (state.presence_status, state.effective_dnd) == ("Busy", "DoNotAcceptAnyCalls")


async def test_the_automation_by_hand_turns_a_light_red_while_the_phone_rings(hass, office, phones):
    example = re.search(r"```yaml\n(alias:.*?)```", (ROOT / "docs" / "blueprints.md").read_text(), re.DOTALL)
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
