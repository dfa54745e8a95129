"""The layout of the project: what may import what, and that every module has its tests."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "custom_components" / "ringcentral"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
PLATFORMS = {"binary_sensor", "button", "event", "select", "sensor", "switch", "text"}

# Rooms and modules from the ground up. Each may import those on lower floors, and its own.
FLOORS = (
    {"const"},
    {"api"},
    {"presence"},
    {
        "application_credentials",
        "errors",
        "ids",
        "issues",
        "listeners",
        "markdown",
        "settings",
        "storage",
        "words",
    },
    {"calls", "dialogs/login", "report", "sync"},
    {"history", "voicemail"},
    {"coordinator"},
    {
        "assist",
        "dialogs",
        "dashboard",
        "diagnostics",
        "entity",
        "entity_limit",
        "live_command",
        "llm",
        "logbook",
        "phone",
        "system_health",
        "targets",
    },
    {
        "calls/bus",
        "calls/commands",
        "condition",
        "config_flow",
        "history/answers",
        "history/commands",
        "media_source",
        "services",
        "trigger",
        "voicemail/actions",
        "voicemail/bus",
        "voicemail/commands",
        "voicemail/playback",
    }
    | PLATFORMS,
    {"__init__"},
)
MOST_TOP_LEVEL_MODULES = 34
LONGEST_CLASS, LONGEST_FUNCTION, LONGEST_COORDINATOR = 350, 50, 300


def name(path):
    """Return a module's path in the package, as ``api/client``."""
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def imports(path):
    """Return what a module imports: absolute names, and paths in the package for relative ones."""
    package = path.parent
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            base = package
            for _ in range(node.level - 1):
                base = base.parent
            inside = base.relative_to(PACKAGE).as_posix().removeprefix(".")
            start = "/".join(part for part in (inside, *(node.module or "").split(".")) if part)
            # ``from . import x`` names modules, ``from .x import y`` what is in one.
            found |= {f"./{start}"} if node.module else {f"./{start}/{alias.name}" for alias in node.names}
    return {one.replace("//", "/") for one in found}


def floors_of(module):
    """Return the floors that name a module itself or, if none does, its room."""
    exact = [number for number, names in enumerate(FLOORS) if module in names]
    return exact or [number for number, names in enumerate(FLOORS) if module.split("/")[0] in names]


def as_module(inside):
    """Return the module that an import in the package is from: of a package that is its ``__init__``."""
    path = inside.removeprefix("./") or "__init__"
    while path and not ((PACKAGE / f"{path}.py").exists() or (PACKAGE / path / "__init__.py").exists()):
        path = path.rpartition("/")[0]
    return path or "__init__"


HOUSE = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or path.parent == PACKAGE)


@pytest.mark.parametrize("path", HOUSE, ids=name)
def test_every_module_is_on_one_floor_and_imports_nothing_from_above(path):
    (own,) = floors_of(name(path))
    inside = {as_module(one) for one in imports(path) if one.startswith("./")}

    assert {one for one in inside if floors_of(one)[0] > own} == set()


def test_no_imports_go_in_a_circle():
    below = {name(path): {as_module(one) for one in imports(path) if one.startswith("./")} for path in HOUSE}
    TopologicalSorter(below).prepare()


def test_the_top_level_has_what_home_assistant_looks_up_and_what_all_share():
    assert len(list(PACKAGE.glob("*.py"))) <= MOST_TOP_LEVEL_MODULES


@pytest.mark.parametrize("path", HOUSE, ids=name)
def test_nothing_grows_too_long(path):
    text = path.read_text()
    too_long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno
        >= (LONGEST_CLASS if isinstance(node, ast.ClassDef) else LONGEST_FUNCTION)
    ]

    assert too_long == []
    assert path.stem != "coordinator" or len(text.splitlines()) <= LONGEST_COORDINATOR


@pytest.mark.parametrize("path", [one for one in MODULES if one.parent.name in {"api", "presence"}], ids=name)
def test_api_and_presence_know_nothing_of_home_assistant(path):
    top_levels = {one.split(".")[0] for one in imports(path)}

    assert not top_levels & {"homeassistant", "voluptuous", "custom_components"}


@pytest.mark.parametrize("path", [one for one in MODULES if one.parent.name == "presence"], ids=name)
def test_presence_knows_of_the_api_only_what_ringcentral_sends(path):
    inside = {one.removeprefix("./") for one in imports(path) if one.startswith("./")}

    decodes = {"api/errors", "api/events", "api/filters"} if path.stem == "office" else set()
    assert {one for one in inside if not one.startswith("presence/")} <= {"api/models"} | decodes
    assert not imports(path) & {"asyncio", "time", "aiohttp"}


def test_api_imports_nothing_of_the_rest():
    for path in MODULES:
        if path.parent.name == "api":
            assert {one for one in imports(path) if one.startswith("./") and not one.startswith("./api/")} == set()


def test_every_payload_is_named_by_a_test_and_by_the_index():
    folder = ROOT / "tests" / "payloads"
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    index = (folder / "README.md").read_text()
    payloads = sorted(folder.glob("*.json"))
    assert payloads
    assert [path.name for path in payloads if path.stem not in tests] == []
    assert [path.name for path in payloads if f"`{path.name}`" not in index] == []


# Names alone need no test.
WITHOUT_TESTS = {"const"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_has_its_tests(path):
    test = ROOT / "tests" / path.relative_to(PACKAGE).with_name(f"test_{path.name}")

    assert test.exists() or name(path) in WITHOUT_TESTS


def test_the_rules_tests_need_no_home_assistant():
    # `scripts/test --rules` runs these without importing it.
    waiting = [*(ROOT / "tests" / "presence").glob("*.py"), ROOT / "tests" / "test_payload_states.py"]
    seen = set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [f"tests.presence.{node.module}" if node.level else node.module]
            else:
                continue
            assert not {one.split(".")[0] for one in modules} & {
                "homeassistant",
                "pytest_homeassistant_custom_component",
            }
            needed = (ROOT / f"{one.replace('.', '/')}.py" for one in modules if one.startswith("tests."))
            waiting += [one for one in needed if one.exists() and one not in seen]
    assert ROOT / "tests" / "truth.py" in seen
