"""The quality scale's file against the code, where that can be seen."""

import ast
import json
from pathlib import Path
import re

import pytest
import yaml

ROOT = Path(__file__).parent.parent
INTEGRATION = ROOT / "custom_components" / "ringcentral"
RULES = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]
README = (ROOT / "README.md").read_text()
ENGLISH = json.loads((INTEGRATION / "translations" / "en.json").read_text())
PLATFORMS = [
    path
    for path in sorted(INTEGRATION.glob("*.py"))
    if path.stem in {"binary_sensor", "button", "event", "select", "sensor", "switch", "text"}
]

# Home Assistant's list, by tier: 20, 10, 21 and 3 rules.
ALL_RULES = [
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow-test-coverage",
    "config-flow",
    "dependency-transparency",
    "docs-actions",
    "docs-triggers",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
    "devices",
    "diagnostics",
    "discovery-update-info",
    "discovery",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
    "async-dependency",
    "inject-websession",
    "strict-typing",
]


def is_done(rule):
    return RULES[rule] == "done"


def source(name):
    return (INTEGRATION / name).read_text()


def test_every_rule_is_answered_and_exemptions_have_a_reason():
    assert len(ALL_RULES) == 54
    assert set(RULES) == set(ALL_RULES)
    for rule, answer in RULES.items():
        if isinstance(answer, dict):
            assert answer["status"] in {"exempt", "todo", "done"}, rule
            assert answer["status"] != "exempt" or len(answer["comment"]) > 10, rule
        else:
            assert answer in {"done", "todo"}, rule


@pytest.mark.parametrize("path", PLATFORMS, ids=lambda path: path.stem)
def test_every_platform_says_how_many_updates_run_at_once(path):
    assert is_done("parallel-updates") is True
    assert re.search(r"^PARALLEL_UPDATES = \d$", path.read_text(), re.MULTILINE)


def test_every_exception_for_users_has_a_translation_key():
    for path in INTEGRATION.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id
                in {
                    "HomeAssistantError",
                    "ServiceValidationError",
                    "ConfigEntryError",
                    "ConfigEntryNotReady",
                    "ConfigEntryAuthFailed",
                }
            ):
                named = {keyword.arg for keyword in node.keywords}
                assert {"translation_domain", "translation_key"} <= named, f"{path.name}:{node.lineno}"


def test_actions_triggers_and_conditions_are_exempt_only_while_there_are_none():
    for rule, file in (
        ("action-setup", "services.yaml"),
        ("docs-actions", "services.yaml"),
        ("docs-triggers", "triggers.yaml"),
        ("docs-conditions", "conditions.yaml"),
    ):
        assert is_done(rule) is (INTEGRATION / file).exists(), rule


def test_brands_are_done_only_with_an_icon():
    assert is_done("brands") is (INTEGRATION / "brand" / "icon.png").exists()


def test_flows_that_are_promised_exist():
    flow = source("config_flow.py")
    assert is_done("reauthentication-flow") is ("async_step_reauth" in flow)
    assert is_done("reconfiguration-flow") is ("async_step_reconfigure" in flow)


def test_every_field_of_the_dialogs_is_described():
    assert is_done("config-flow")

    def steps(node):
        for name, value in node.items():
            if isinstance(value, dict):
                if "data" in value:
                    yield name, value
                yield from steps(value)

    for name, step in steps({"config": ENGLISH["config"], "options": ENGLISH["options"]}):
        assert set(step["data"]) == set(step.get("data_description", {})), name


# Where each rule about documentation is kept: in the order in which Home Assistant's pages have them.
DOCUMENTED = {
    "docs-high-level-description": ("README.md", "# RingCentral presence for Home Assistant"),
    "docs-use-cases": ("docs/entities.md", "## What people do with it"),
    "docs-supported-devices": ("docs/entities.md", "## What it works with"),
    "docs-installation-instructions": ("README.md", "## Install"),
    "docs-installation-parameters": ("docs/setup.md", "## What the dialog asks"),
    "docs-configuration-parameters": ("docs/setup.md", "## Options"),
    "docs-supported-functions": ("docs/entities.md", "## What you get"),
    "docs-actions": ("docs/actions.md", "# Actions"),
    "docs-triggers": ("docs/automations.md", "## What triggers have in common"),
    "docs-conditions": ("docs/automations.md", "## What conditions have in common"),
    "docs-examples": ("docs/blueprints.md", "# Blueprints"),
    "docs-data-update": ("docs/data.md", "## How data arrives"),
    "docs-known-limitations": ("docs/limits.md", "# Known limits"),
    "docs-troubleshooting": ("docs/troubleshooting.md", "# When something does not work"),
    "docs-removal-instructions": ("docs/removing.md", "# Removing"),
}


def test_every_rule_about_documentation_has_a_place():
    assert set(DOCUMENTED) == {rule for rule in ALL_RULES if rule.startswith("docs-")}


@pytest.mark.parametrize("rule", DOCUMENTED)
def test_what_is_documented_has_its_heading_and_is_reached_from_the_readme(rule):
    document, heading = DOCUMENTED[rule]
    assert is_done(rule) is (f"{heading}\n" in (ROOT / document).read_text())
    assert document == "README.md" or f"({document})" in README


def test_the_readme_names_the_pages_in_the_order_of_home_assistants_documentation():
    listed = README.partition("## Everything else")[2].partition("\n## ")[0]
    pages = dict.fromkeys(document for document, _ in DOCUMENTED.values() if document in listed)
    in_order = [
        "setup",
        "entities",
        "actions",
        "automations",
        "blueprints",
        "data",
        "limits",
        "troubleshooting",
        "removing",
    ]
    assert set(pages) == {f"docs/{name}.md" for name in in_order}
    places = [listed.index(f"docs/{name}.md") for name in in_order]
    assert places == sorted(places)


def test_the_readme_is_read_in_five_minutes():
    assert len(README.split()) <= 1000


def test_strict_typing_is_checked():
    assert is_done("strict-typing")
    assert "strict = true" in (ROOT / "pyproject.toml").read_text()


def test_the_session_is_passed_in():
    assert is_done("inject-websession")
    for path in (INTEGRATION / "api").glob("*.py"):
        # A session for one handshake has the connections of the one that was passed in.
        made = re.findall(r"ClientSession\(\s*(\S*)", path.read_text())
        assert set(made) <= {"connector=session.connector,"}, path.name
