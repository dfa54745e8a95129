"""Every text has its key, every key its text."""

import json
from pathlib import Path
import re

import pytest

from custom_components.ringcentral.binary_sensor import BINARY_SENSORS
from custom_components.ringcentral.sensor import SENSORS

INTEGRATION = Path(__file__).parent.parent / "custom_components" / "ringcentral"
ENGLISH = json.loads((INTEGRATION / "translations" / "en.json").read_text())
ICONS = json.loads((INTEGRATION / "icons.json").read_text())
SOURCES = "\n".join(path.read_text() for path in sorted(INTEGRATION.glob("*.py")))


@pytest.mark.parametrize("sensor", SENSORS, ids=lambda one: one.key)
def test_every_sensor_has_a_name_its_states_and_an_icon(sensor):
    told = ENGLISH["entity"]["sensor"][sensor.translation_key]
    assert told["name"]
    assert set(told.get("state", {})) == set(sensor.options or ())
    assert ICONS["entity"]["sensor"][sensor.translation_key]["default"].startswith("mdi:")


@pytest.mark.parametrize("sensor", BINARY_SENSORS, ids=lambda one: one.key)
def test_every_binary_sensor_has_a_name_its_states_and_icons(sensor):
    told = ENGLISH["entity"]["binary_sensor"][sensor.translation_key]
    assert set(told["state"]) == {"on", "off"}
    assert ICONS["entity"]["binary_sensor"][sensor.translation_key]["state"]["on"].startswith("mdi:")


def test_every_exception_and_issue_that_is_raised_is_translated():
    raised = set(re.findall(r'translation_key="(\w+)"', SOURCES))
    issues = {
        "hidden_extensions",
        "missing_app_permission",
        "missing_user_permission",
        "no_refresh_tokens_browser",
        "no_refresh_tokens_jwt",
        "webhook_blacklisted",
        "webhook_no_address",
        "webhook_refused",
    }
    entity_keys = {one.key for one in (*SENSORS, *BINARY_SENSORS)}
    assert raised - issues - entity_keys == set(ENGLISH["exceptions"])
    assert set(ENGLISH["issues"]) == issues


def test_every_message_of_the_dialogs_is_used():
    shown = set(re.findall(r'"((?:in|missing|cannot|rate|unexpected)[a-z_]+)"', SOURCES))
    assert set(ENGLISH["config"]["error"]) <= shown
    assert set(ENGLISH["options"]["error"]) <= set(ENGLISH["config"]["error"])


def texts(node, path=""):
    if isinstance(node, dict):
        for key, value in node.items():
            assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", key), f"{path}.{key}"
            yield from texts(value, f"{path}.{key}")
    else:
        yield path, node


def test_texts_follow_home_assistants_rules():
    for path, text in texts(ENGLISH):
        assert text == text.strip(), path
        assert "<" not in text, path
        assert not re.search(r"'\{", text), path
