"""Every text has its key, every key its text, in every language."""

import json
from pathlib import Path
import re

from homeassistant.helpers import entity_registry as er
import pytest
import yaml

from custom_components.ringcentral.binary_sensor import BINARY_SENSORS
from custom_components.ringcentral.const import WATCH_CHOICES
from custom_components.ringcentral.presence.privacy import Privacy
from custom_components.ringcentral.sensor import MISSED_CALLS_SENSORS, SENSORS
from simulator.logins import HISTORY_PERMISSIONS

INTEGRATION = Path(__file__).parent.parent / "custom_components" / "ringcentral"
ENGLISH = json.loads((INTEGRATION / "translations" / "en.json").read_text())
OTHERS = {
    path.stem: json.loads(path.read_text())
    for path in sorted((INTEGRATION / "translations").glob("*.json"))
    if path.stem != "en"
}
ICONS = json.loads((INTEGRATION / "icons.json").read_text())
DIALOG_CHOICES = {
    "watch": WATCH_CHOICES,
    "privacy": list(Privacy),
    "transport": ("automatic", "websocket", "webhook"),
}
SOURCES = "\n".join(path.read_text() for path in sorted(INTEGRATION.rglob("*.py")))


@pytest.mark.parametrize("sensor", [*SENSORS, *MISSED_CALLS_SENSORS], ids=lambda one: one.key)
def test_every_sensor_has_a_name_its_states_and_an_icon(sensor):
    reported = ENGLISH["entity"]["sensor"][sensor.translation_key]
    assert reported["name"]
    assert set(reported.get("state", {})) == {*(sensor.options or ()), *getattr(sensor, "words", ())}
    assert ICONS["entity"]["sensor"][sensor.translation_key]["default"].startswith("mdi:")


@pytest.mark.parametrize("sensor", BINARY_SENSORS, ids=lambda one: one.key)
def test_every_binary_sensor_has_a_name_its_states_and_icons(sensor):
    reported = ENGLISH["entity"]["binary_sensor"][sensor.translation_key]
    assert set(reported["state"]) == {"on", "off"}
    assert ICONS["entity"]["binary_sensor"][sensor.translation_key]["state"]["on"].startswith("mdi:")


def test_icons_are_of_the_known_set_and_those_of_states_differ_from_the_default():
    def check(node, path=""):
        for name, value in node.items():
            if isinstance(value, dict):
                check(value, f"{path}.{name}")
            else:
                assert re.fullmatch(r"mdi:[a-z0-9-]+", value), f"{path}.{name}"
        assert node.get("default") not in node.get("state", {}).values(), path

    check(ICONS)


def test_every_choice_has_its_texts():
    choices = {field: set(options) for field, options in DIALOG_CHOICES.items()}
    for action in yaml.safe_load((INTEGRATION / "services.yaml").read_text()).values():
        assert set(action) <= {"target", "fields"}
        for field in action.get("fields", {}).values():
            if choice := field["selector"].get("select"):
                choices[choice["translation_key"]] = {one["value"] for one in choice["options"]}
    for key, options in choices.items():
        assert set(ENGLISH["selector"][key]["options"]) == options, key


def test_every_exception_and_issue_that_is_raised_is_translated():
    raised = set(
        re.findall(r'(?:translation_key=|as_invalid\(|(?:nobody|not_allowed)(?:: str)?\s?=\s?)"(\w+)"', SOURCES)
    )
    issues = {
        "entity_limit",
        "hidden_extensions",
        "unreadable_files",
        "missing_app_permission",
        "missing_app_permission_unnamed",
        "missing_user_permission",
        "missing_user_permission_unnamed",
        "no_refresh_tokens_browser",
        "list_refused",
        "missing_events",
        "new_login_needed",
        "webhook_blacklisted",
        "webhook_no_token",
        "webhook_no_address",
        "webhook_refused",
    }
    entity_keys = {one.key for one in (*SENSORS, *MISSED_CALLS_SENSORS, *BINARY_SENSORS)}
    assert raised - issues - entity_keys == set(ENGLISH["exceptions"])
    assert set(ENGLISH["issues"]) == issues


def test_every_message_of_the_dialogs_is_used():
    shown = set(re.findall(r'"((?:choose|in|missing|cannot|rate|un)[a-z_]+)"', SOURCES))
    assert set(ENGLISH["config"]["error"]) <= shown
    assert set(ENGLISH["options"]["error"]) <= set(ENGLISH["config"]["error"])


def texts(node, path=""):
    if isinstance(node, dict):
        for key, value in node.items():
            assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", key), f"{path}.{key}"
            yield from texts(value, f"{path}.{key}")
    else:
        yield path, node


def placeholders(text):
    return sorted(re.findall(r"\{[^}]*\}", text))


def links(text):
    return sorted(re.findall(r"\]\(([^)]*)\)", text))


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_texts_follow_home_assistants_rules(language):
    for path, text in texts(OTHERS.get(language, ENGLISH)):
        assert isinstance(text, str), path
        assert text, path
        assert text == text.strip(), path
        assert "<" not in text, path
        assert "[%key" not in text, path
        assert not re.search(r"(://|www\.)\w", text), path
        assert not re.search(r"'\{", text), path
        assert re.fullmatch(r"[^{}]*(\{[a-z_]+\}[^{}]*)*", text), path
        assert text.count("`") % 2 == 0, path


def test_the_great_languages_of_offices_are_spoken():
    assert set(OTHERS) >= {"de", "es", "fr", "it", "ja", "nl", "pl", "pt-BR", "sv", "zh-Hans"}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys_in_the_same_order(language):
    assert [path for path, _ in texts(OTHERS[language])] == [path for path, _ in texts(ENGLISH)]


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_keeps_placeholders_links_and_paragraphs(language):
    reported = dict(texts(OTHERS[language]))
    for path, english in texts(ENGLISH):
        text = reported[path]
        assert placeholders(text) == placeholders(english), path
        assert links(text) == links(english), path
        assert re.findall(r"`[^`]*`", text) == re.findall(r"`[^`]*`", english), path
        assert text.count("\n\n") == english.count("\n\n"), path


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_is_translated(language):
    reported = dict(texts(OTHERS[language]))
    same = [path for path, english in texts(ENGLISH) if reported[path] == english]
    assert len(same) <= len(reported) / 10, same


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_keeps_the_names_of_products_and_permissions(language):
    reported = dict(texts(OTHERS[language]))
    names = (
        "RingCentral",
        "Read Presence",
        "Read Accounts",
        "WebSocket",
        "JWT",
        "OAuth",
        "Issue refresh tokens",
        "Allow other users to see my presence",
    )
    for path, english in texts(ENGLISH):
        for name in names:
            assert (name in english) <= (name in reported[path]), f"{path}: {name}"


@pytest.mark.parametrize("language", OTHERS)
def test_states_of_one_entity_are_kept_apart_in_every_language(language):
    for platform in OTHERS[language]["entity"].values():
        for key, entity in platform.items():
            states = list(entity.get("state", {}).values())
            assert len(set(states)) == len(states), key


@pytest.mark.parametrize("language", OTHERS)
def test_entities_of_one_platform_are_kept_apart_in_every_language(language):
    for platform, entities in OTHERS[language]["entity"].items():
        names = [entity["name"] for entity in entities.values()]
        assert len(set(names)) == len(names), platform


class TestEveryEntity:
    """Whatever the integration makes, with all that a login can do."""

    @pytest.fixture
    def permissions(self):
        return HISTORY_PERMISSIONS

    @pytest.fixture
    def options(self):
        return {"watch": ["account"]}

    @pytest.mark.usefixtures("entity_registry_enabled_by_default")
    async def test_every_entity_has_its_name_in_every_language_and_its_icon(self, hass, office):
        made = {
            (one.domain, one.translation_key): one
            for one in er.async_entries_for_config_entry(er.async_get(hass), office.entry.entry_id)
        }
        assert len(made) > 25
        for (domain, key), entity in made.items():
            assert key is not None, entity.entity_id
            for language, texts in {"en": ENGLISH, **OTHERS}.items():
                assert texts["entity"][domain][key]["name"], (language, domain, key)
            has_icon = key in ICONS["entity"].get(domain, {}) or entity.original_device_class is not None
            assert has_icon, (domain, key)
        unused = {(domain, key) for domain, texts in ENGLISH["entity"].items() for key in texts} - made.keys()
        assert unused == set(), "texts of entities that nobody has"
