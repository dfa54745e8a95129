"""The four yes-or-no settings of an extension's presence."""

import msgspec
import pytest

from custom_components.ringcentral.api.models import Presence
from custom_components.ringcentral.settings import SETTINGS
from tests.presence.office import Office


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
@pytest.mark.parametrize("is_on", [True, False])
def test_each_is_found_in_the_state_by_the_name_that_it_is_set_by(setting, is_on):
    office = Office()
    assert setting.value_fn(office.state()) is None
    office.snapshot(**{setting.field: is_on})
    assert setting.value_fn(office.state()) is is_on
    others = {other.value_fn(office.state()) for other in SETTINGS if other is not setting}
    assert others == {None}


def test_all_are_fields_of_presence():
    names = {field.encode_name for field in msgspec.structs.fields(Presence)}
    assert {setting.field for setting in SETTINGS} <= names
