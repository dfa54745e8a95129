"""Each kind of thing that happens to a call has its sentence, its icon, and its names in all languages."""

import json
from pathlib import Path

import pytest
import yaml

from custom_components.ringcentral.calls.kinds import KINDS
from custom_components.ringcentral.presence.vocabulary import TransitionKind
from custom_components.ringcentral.trigger import TRIGGERS

INTEGRATION = Path(__file__).parents[2] / "custom_components" / "ringcentral"
LANGUAGES = {path.stem: json.loads(path.read_text()) for path in (INTEGRATION / "translations").glob("*.json")}
ICONS = json.loads((INTEGRATION / "icons.json").read_text())
DESCRIBED = yaml.safe_load((INTEGRATION / "triggers.yaml").read_text())


def test_every_kind_has_its_row_and_every_row_another_sentence():
    assert list(KINDS) == list(TransitionKind)
    assert len({row.sentence for row in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_names_in_every_language(language, kind):
    texts, row = LANGUAGES[language], KINDS[kind]
    assert texts["entity"]["event"]["call"]["state_attributes"]["event_type"]["state"][str(kind)]
    if row.trigger is not None:
        assert texts["triggers"][row.trigger].keys() >= {"name", "description"}


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.trigger is not None])
def test_a_trigger_has_the_icon_and_the_options_of_its_kind(kind):
    row = KINDS[kind]
    assert row.trigger in TRIGGERS
    assert ICONS["triggers"][row.trigger]["trigger"] == row.icon
    assert {str(key) for key in row.options} <= DESCRIBED[row.trigger]["fields"].keys()
    assert row.subject


@pytest.mark.parametrize("kind", KINDS)
def test_the_event_entity_has_the_icon_of_the_kind(kind):
    states = ICONS["entity"]["event"]["call"]["state_attributes"]["event_type"]["state"]
    assert states[str(kind)] == KINDS[kind].icon
