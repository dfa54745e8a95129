"""Every entity of an extension and of the account, as it was agreed."""

from homeassistant.helpers import entity_registry as er
import pytest

from simulator.clock import Clock

# Times of the story that change from run to run.
_VOLATILE = {"last_changed", "last_reported", "last_updated", "context"}


@pytest.fixture
def clock():
    """A day that is the same in every run; the phones' own time does not matter for what is shown."""
    return Clock(start=1_795_000_000.0)


@pytest.fixture
def options():
    return {"watch": ["own", "lines"]}


def entities_of(hass, office, number):
    """Return what an extension's entities (the account's without a number) show and how they are registered."""
    login = office.simulator.credentials.extension_id
    middle = "" if number is None else f"{office.account.find(number).id}-"
    shown = {}
    for entry in er.async_entries_for_config_entry(er.async_get(hass), office.entry.entry_id):
        key = entry.unique_id.removeprefix(f"{login}-{middle}")
        if key == entry.unique_id or "-" in key:
            continue
        state = hass.states.get(entry.entity_id)
        attributes = {name: value for name, value in state.attributes.items() if name not in _VOLATILE}
        attributes.pop("calls", None)
        shown[entry.entity_id] = {
            "state": "a time" if state.attributes.get("device_class") == "timestamp" else state.state,
            "attributes": attributes,
            "category": entry.entity_category and str(entry.entity_category),
            "on_by_default": entry.original_name is not None and entry.disabled_by is None,
            "translation_key": entry.translation_key,
            "unique_id": entry.unique_id,
        }
    return dict(sorted(shown.items()))


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
class TestEverything:
    """With every entity switched on and a call that rings."""

    async def test_a_user_is_as_agreed(self, hass, office, phones, snapshot):
        call = phones.call_in("101", from_number="+14155550123", from_name="John Wang")
        await office.shows("101", "ringing", "on")
        shown = entities_of(hass, office, "101")
        event = shown["event.front_desk_call"]
        assert event["attributes"].pop("occurred_at").startswith("2026-11-18T")
        assert event["attributes"].pop("call_id") == call.session_id
        event["state"] = "a time"
        assert shown == snapshot

    async def test_a_call_queue_that_is_monitored_is_as_agreed(self, hass, office, snapshot):
        assert entities_of(hass, office, "200") == snapshot

    async def test_the_account_is_as_agreed(self, hass, office, snapshot):
        assert entities_of(hass, office, None) == snapshot
