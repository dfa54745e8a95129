"""The rules of Home Assistant's and the store's validators that can be read from the tree; neither can run here.

Each rule names where it comes from. hassfest is ``script/hassfest`` of Home Assistant's repository, the store's are the
checks of the HACS action; Marketplace reads the same files.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import re
from typing import Any

import homeassistant.generated
from homeassistant.helpers.selector import validate_selector
import voluptuous as vol
import yaml

DOMAIN = "ringcentral"

type Check = Callable[["Tree"], Iterator[str]]


@dataclass(frozen=True)
class Tree:
    """A checkout."""

    root: Path

    @property
    def integration(self) -> Path:
        return self.root / "custom_components" / DOMAIN

    def json(self, name: str) -> dict[str, Any]:
        return json.loads((self.integration / name).read_text())

    def yaml(self, name: str) -> dict[str, Any]:
        content = yaml.safe_load((self.integration / name).read_text())
        # What begins with a dot is a part to be used again.
        return {key: value or {} for key, value in content.items() if not key.startswith(".")}

    @property
    def english(self) -> dict[str, Any]:
        return self.json("translations/en.json")


@dataclass(frozen=True)
class Rule:
    """A rule, where it was announced or is written, and what finds fault with a tree."""

    name: str
    source: str
    check: Check


RULES: list[Rule] = []


def rule(source: str) -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        RULES.append(Rule(check.__name__, source, check))
        return check

    return add


# The manifest


@rule("hassfest manifest: keys are domain, name, and then in alphabetical order")
def manifest_keys_are_in_order(tree: Tree) -> Iterator[str]:
    keys = list(tree.json("manifest.json"))
    if keys != ["domain", "name", *sorted(set(keys) - {"domain", "name"})]:
        yield f"{keys}"


@rule("hassfest manifest and HACS action: what a custom integration has to name")
def manifest_names_what_is_required(tree: Tree) -> Iterator[str]:
    manifest = tree.json("manifest.json")
    for key in ("domain", "name", "version", "codeowners", "documentation", "issue_tracker", "iot_class"):
        if not manifest.get(key):
            yield f"no {key}"
    if not str(manifest.get("documentation", "")).startswith("https://"):
        yield "documentation is no https address"
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", manifest.get("version", "")):
        yield "version is neither semantic nor of PEP 440"


@rule("Home Assistant 2026.11: categories and connectivity are of the generated lists")
def manifest_has_known_categories(tree: Tree) -> Iterator[str]:
    lists = Path(homeassistant.generated.__file__).parent
    for key, name in (("categories", "integration_categories"), ("connectivity", "integration_connectivity")):
        known = (lists / f"{name}.json").read_text()
        for chosen in tree.json("manifest.json").get(key, ()):
            # A category stands within its group.
            if any(f'"{part}"' not in known for part in chosen.split(".")):
                yield chosen


@rule("hassfest dependencies: what is imported of other integrations is declared")
def imported_integrations_are_declared(tree: Tree) -> Iterator[str]:
    manifest = tree.json("manifest.json")
    declared = {*manifest["dependencies"], *manifest["after_dependencies"], "homeassistant"}
    # A platform's file may use the integration that it is a platform of.
    platforms = {path.stem for path in tree.integration.glob("*.py")} - {"webhook"}
    # A media source speaks of media in the words of media players, which it needs itself.
    platforms |= {"media_player"} if "media_source" in platforms else set()
    for path in tree.integration.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("homeassistant.components"):
                continue
            inside = node.module.split(".")[2:]
            for used in inside[:1] or [alias.name for alias in node.names]:
                if used not in declared | platforms:
                    yield f"{path.name} imports {used}"


@rule("hassfest config_schema: an integration with async_setup has a CONFIG_SCHEMA")
def config_schema_is_there(tree: Tree) -> Iterator[str]:
    code = (tree.integration / "__init__.py").read_text()
    if "async def async_setup(" in code and "\nCONFIG_SCHEMA" not in code:
        yield "no CONFIG_SCHEMA"


# Actions, triggers, conditions


@rule("Developer blog 2025-10-14, core PR 152794: the target of an action has no device filter")
def targets_of_actions_filter_entities_alone(tree: Tree) -> Iterator[str]:
    for key, action in tree.yaml("services.yaml").items():
        if set(action.get("target", {})) - {"entity"}:
            yield key


@rule("hassfest triggers and conditions: a target filters entities")
def targets_of_triggers_and_conditions_filter_entities_alone(tree: Tree) -> Iterator[str]:
    for kind in ("triggers", "conditions"):
        for key, one in tree.yaml(f"{kind}.yaml").items():
            if set(one.get("target", {})) != {"entity"}:
                yield f"{kind} {key}"


@rule("hassfest services, triggers and conditions: keys are target and fields; names are in the translations")
def automations_have_known_keys(tree: Tree) -> Iterator[str]:
    for kind, key, one in _described(tree):
        if unknown := set(one) - {"target", "fields"}:
            yield f"{kind} {key}: {sorted(unknown)}"
        for name, field in one.get("fields", {}).items():
            known = {"example", "default", "required", "selector", "filter", "advanced"}
            if unknown := set(field) - known:
                yield f"{kind} {key} {name}: {sorted(unknown)}"


@rule("hassfest services, triggers and conditions: selectors are valid")
def selectors_are_valid(tree: Tree) -> Iterator[str]:
    for kind, key, one in _described(tree):
        for name, field in one.get("fields", {}).items():
            try:
                validate_selector(field["selector"])
            except (KeyError, vol.Invalid) as error:
                yield f"{kind} {key} {name}: {error}"


@rule("hassfest services, triggers and conditions: each has a name and a description, each field a name")
def automations_are_named(tree: Tree) -> Iterator[str]:
    english = tree.english
    for kind, key, one in _described(tree):
        texts = english[kind].get(key, {})
        if not texts.get("name") or not texts.get("description"):
            yield f"{kind} {key}"
        if set(one.get("fields", {})) != set(texts.get("fields", {})):
            yield f"{kind} {key}: fields"


@rule("hassfest services: options of a select with a translation key have texts")
def options_are_named(tree: Tree) -> Iterator[str]:
    texts = tree.english["selector"]
    for kind, key, one in _described(tree):
        for name, field in one.get("fields", {}).items():
            select = field["selector"].get("select") or {}
            if "translation_key" in select:
                named = texts.get(select["translation_key"], {}).get("options", {})
                # Their labels are what the frontend shows until it has read the texts.
                if named != {one["value"]: one["label"] for one in select["options"]}:
                    yield f"{kind} {key} {name}"


@rule("hassfest triggers and conditions: what a platform has stands in its YAML file, and the other way round")
def automations_are_described(tree: Tree) -> Iterator[str]:
    for kind in ("triggers", "conditions", "services"):
        if set(tree.yaml(f"{kind}.yaml")) != set(tree.english[kind]):
            yield kind


def _described(tree: Tree) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for kind in ("services", "triggers", "conditions"):
        for key, one in tree.yaml(f"{kind}.yaml").items():
            yield kind, key, one


# Icons


@rule("hassfest icons: names begin with mdi:, and the icon of a state is not the default")
def icons_are_known(tree: Tree) -> Iterator[str]:
    def walk(node: Mapping[str, Any], path: str) -> Iterator[str]:
        for key, value in node.items():
            if isinstance(value, str):
                if not re.fullmatch(r"mdi:[a-z0-9-]+", value):
                    yield f"{path}{key}: {value}"
            else:
                yield from walk(value, f"{path}{key}.")
        if node.get("default") in node.get("state", {}).values():
            yield f"{path}state: as the default"

    yield from walk(tree.json("icons.json"), "")


@rule("hassfest icons: sections, and the key of each")
def icons_have_known_sections(tree: Tree) -> Iterator[str]:
    inner = {"services": "service", "triggers": "trigger", "conditions": "condition"}
    for section, content in tree.json("icons.json").items():
        if section == "entity":
            continue
        for key, icons in content.items():
            if section not in inner or set(icons) - {inner[section], "sections"}:
                yield f"{section} {key}"


# Texts


@rule("hassfest translations: keys, and what no text may have")
def texts_follow_the_rules(tree: Tree) -> Iterator[str]:
    for path in sorted((tree.integration / "translations").glob("*.json")):
        for key, text in _texts(json.loads(path.read_text())):
            wrong = {
                "key": not all(re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", part) for part in key.split(".")),
                "empty or blanks around": not text.strip() or text != text.strip(),
                "HTML": bool(re.search(r"<[a-zA-Z/]", text)),
                "address": bool(re.search(r"https?://\w", text)),
                "placeholder in single quotes": bool(re.search(r"'\{\w+\}'", text)),
                "reference": "[%key" in text,
            }
            yield from (f"{path.stem} {key}: {what}" for what, is_wrong in wrong.items() if is_wrong)


@rule("hassfest translations: what describes data is about data that is there")
def descriptions_of_data_have_data(tree: Tree) -> Iterator[str]:
    def walk(node: Mapping[str, Any], path: str) -> Iterator[str]:
        yield from (f"{path}{key}" for key in node.get("data_description", {}) if key not in node.get("data", {}))
        for key, value in node.items():
            if isinstance(value, Mapping):
                yield from walk(value, f"{path}{key}.")

    for section in ("config", "options"):
        yield from walk(tree.english[section], f"{section}.")


@rule("hassfest translations: custom integrations have translations/<language>.json, no strings.json of their own")
def strings_are_the_english_texts(tree: Tree) -> Iterator[str]:
    strings = tree.integration / "strings.json"
    if strings.exists() and json.loads(strings.read_text()) != tree.english:
        yield "strings.json differs from translations/en.json"


def _texts(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, str):
            yield f"{path}{key}", value
        else:
            yield from _texts(value, f"{path}{key}.")


# The store


@rule("HACS action hacsjson: known keys; zip_release demands filename")
def store_file_has_known_keys(tree: Tree) -> Iterator[str]:
    content = json.loads((tree.root / "hacs.json").read_text())
    known = {"name", "homeassistant", "hacs", "content_in_root", "zip_release", "filename", "hide_default_branch"}
    known |= {"persistent_directory", "country", "render_readme"}
    yield from sorted(set(content) - known)
    if "name" not in content:
        yield "no name"
    if content.get("zip_release") and "filename" not in content:
        yield "zip_release without filename"


@rule("HACS action information, brands and license: readme, own icon, license")
def store_page_is_complete(tree: Tree) -> Iterator[str]:
    for name in ("README.md", "LICENSE", f"custom_components/{DOMAIN}/brand/icon.png"):
        if not (tree.root / name).is_file():
            yield f"no {name}"


@rule("HACS action integration_manifest: one integration, whose folder is its domain")
def store_finds_one_integration(tree: Tree) -> Iterator[str]:
    folders = [one.name for one in (tree.root / "custom_components").iterdir() if (one / "manifest.json").exists()]
    if folders != [tree.json("manifest.json")["domain"]]:
        yield f"{folders}"
