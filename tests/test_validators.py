"""What the validators of Home Assistant and the store would say of the tree; and that each rule finds its fault."""

import json
from pathlib import Path
import shutil

import pytest

from tests.validators import DOMAIN, RULES, Tree

ROOT = Path(__file__).parent.parent
OF_INTEGRATION = ("manifest.json", "services.yaml", "triggers.yaml", "conditions.yaml", "icons.json", "__init__.py")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_tree_keeps_every_rule(rule):
    assert list(rule.check(Tree(ROOT))) == [], rule.source


def copy_to(folder):
    """Return a copy of what the rules are about, to be spoiled."""
    copy = Tree(folder)
    copy.integration.mkdir(parents=True)
    for name in OF_INTEGRATION:
        shutil.copy(ROOT / "custom_components" / DOMAIN / name, copy.integration)
    shutil.copytree(ROOT / "custom_components" / DOMAIN / "translations", copy.integration / "translations")
    (copy.integration / "brand").mkdir()
    for name in ("README.md", "LICENSE", "hacs.json", f"custom_components/{DOMAIN}/brand/icon.png"):
        shutil.copy(ROOT / name, folder / name)
    return copy


def edit(name, change):
    """Return what spoils a JSON file."""

    def spoil(tree):
        path = tree.root / name if name == "hacs.json" else tree.integration / name
        content = json.loads(path.read_text())
        change(content)
        path.write_text(json.dumps(content))

    return spoil


def replace(name, old, new):
    """Return what spoils a text."""

    def spoil(tree):
        path = tree.integration / name
        text = path.read_text()
        assert old in text, name
        path.write_text(text.replace(old, new, 1))

    return spoil


def write(name, content):
    return lambda tree: (tree.integration / name).write_text(content)


def add_text(text, key="added"):
    return edit("translations/en.json", lambda content: content["exceptions"].update({key: {"message": text}}))


def add_integration(tree):
    (tree.root / "custom_components" / "another").mkdir()
    (tree.root / "custom_components" / "another" / "manifest.json").write_text("{}")


def reverse(content):
    items = list(content.items())
    content.clear()
    content.update(reversed(items))


SPOILED = {
    "manifest_keys_are_in_order": [edit("manifest.json", reverse)],
    "manifest_names_what_is_required": [
        edit("manifest.json", lambda content: content.pop("codeowners")),
        edit("manifest.json", lambda content: content.update(version="latest")),
        edit("manifest.json", lambda content: content.update(documentation="http://example.com")),
    ],
    "manifest_has_known_categories": [edit("manifest.json", lambda content: content.update(categories=["phones"]))],
    "imported_integrations_are_declared": [
        write("door.py", "from homeassistant.components.mqtt import client\n"),
        write("door.py", "from homeassistant.components import mqtt\n"),
    ],
    "config_schema_is_there": [replace("__init__.py", "\nCONFIG_SCHEMA", "\nSCHEMA")],
    "targets_of_actions_filter_entities_alone": [
        replace("services.yaml", "    entity:\n", "    device:\n      integration: ringcentral\n    entity:\n")
    ],
    "targets_of_triggers_and_conditions_filter_entities_alone": [
        replace("triggers.yaml", "  entity:\n", "  device:\n"),
        replace("conditions.yaml", "  entity:\n", "  device:\n"),
    ],
    "automations_have_known_keys": [
        replace("services.yaml", "  fields:\n", "  name: Set\n  fields:\n"),
        replace("services.yaml", "      example: busy\n", "      example: busy\n      name: Status\n"),
    ],
    "selectors_are_valid": [replace("services.yaml", "        text:\n", "        words:\n")],
    "automations_are_named": [
        edit("translations/en.json", lambda content: content["services"]["resync"].pop("description")),
        edit("translations/en.json", lambda content: content["triggers"]["call_held"]["fields"].pop("caller")),
    ],
    "options_are_named": [replace("services.yaml", 'label: "Offline"', 'label: "Away"')],
    "automations_are_described": [
        edit("translations/en.json", lambda content: content["triggers"].update(gone={"name": "Gone"}))
    ],
    "icons_are_known": [
        edit("icons.json", lambda content: content["services"]["resync"].update(service="fa:phone")),
        edit(
            "icons.json",
            lambda content: content["entity"]["sensor"]["presence"].update(
                state={"busy": content["entity"]["sensor"]["presence"]["default"]}
            ),
        ),
    ],
    "icons_have_known_sections": [
        edit("icons.json", lambda content: content.update(actions={"resync": {"service": "mdi:phone"}})),
        edit("icons.json", lambda content: content["triggers"].update(gone={"icon": "mdi:phone"})),
    ],
    "texts_follow_the_rules": [
        add_text(""),
        add_text(" blanks"),
        add_text("<b>markup</b>"),
        add_text("See https://example.com"),
        add_text("In '{quotes}'"),
        add_text("[%key:common::state::on%]"),
        add_text("Upper case", key="Added"),
    ],
    "descriptions_of_data_have_data": [
        edit(
            "translations/en.json",
            lambda content: content["config"]["step"]["jwt"].setdefault("data_description", {}).update(gone="Gone"),
        )
    ],
    "strings_are_the_english_texts": [write("strings.json", "{}")],
    "store_file_has_known_keys": [
        edit("hacs.json", lambda content: content.update(domains=["sensor"])),
        edit("hacs.json", lambda content: content.update(zip_release=True)),
        edit("hacs.json", lambda content: content.pop("name")),
    ],
    "store_page_is_complete": [lambda tree: (tree.root / "LICENSE").unlink()],
    "store_finds_one_integration": [add_integration],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_finds_its_fault(tmp_path, rule):
    for number, spoil in enumerate(SPOILED[rule.name]):
        tree = copy_to(tmp_path / str(number))
        assert list(rule.check(tree)) == []
        spoil(tree)
        assert list(rule.check(tree)), number
