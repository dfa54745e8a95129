"""An office that is larger than Home Assistant's limit of entities for an entry."""

from homeassistant.helpers import entity_platform, entity_registry as er
import pytest

from simulator.extension import Extension
from tests.office import Office, find_issue
from tests.waiting import until


def enabled_entities(hass, office):
    """Return the unique ids of the entry's entities that are enabled."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), office.entry.entry_id)
    return [entity.unique_id for entity in entities if not entity.disabled]


def limit_to(monkeypatch, number):
    monkeypatch.setattr(entity_platform, "MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", number)


# Seven in a row, since an extension has seven entities that are on by default: the limit may cut through any of them.
@pytest.mark.parametrize("limit", range(30, 37))
async def test_the_extensions_that_lack_entities_are_counted(hass, entry, simulator, phones, monkeypatch, limit):
    limit_to(monkeypatch, limit)
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    found = find_issue(hass, entry, "entity_limit")
    of_extensions = [one.split("-")[1] for one in enabled_entities(hass, office) if one.count("-") == 2]
    complete = [one for one in office.coordinator.extensions if of_extensions.count(one) >= 7]
    watched = len(office.coordinator.extensions)
    assert found.translation_placeholders == {
        "entry": entry.title,
        "missing": str(watched - len(complete)),
        "watched": str(watched),
        "limit": str(limit),
    }
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert find_issue(hass, entry, "entity_limit") is None


async def test_fewer_extensions_withdraw_it(hass, entry, simulator, phones, monkeypatch):
    limit_to(monkeypatch, 20)
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert find_issue(hass, entry, "entity_limit") is not None
    hass.config_entries.async_update_entry(entry, options={"watch": ["own"]})
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert find_issue(hass, entry, "entity_limit") is None
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_an_extension_that_comes_too_late_raises_it_until_it_goes(hass, office, account, clock, monkeypatch):
    limit_to(monkeypatch, len(enabled_entities(hass, office)))
    newcomer = Extension(id=550100199016, number="109", name="Henry Adams")
    account.add_extension(newcomer)
    await office.settle()
    assert find_issue(hass, office.entry, "entity_limit") is None
    clock.advance(3)
    await until(lambda: find_issue(hass, office.entry, "entity_limit"))
    assert find_issue(hass, office.entry, "entity_limit").translation_placeholders["missing"] == "1"
    account.remove_extension(newcomer.id)
    await office.settle()
    clock.advance(3)
    await until(lambda: find_issue(hass, office.entry, "entity_limit") is None)


async def test_an_office_that_fits_is_left_in_peace(hass, office):
    assert find_issue(hass, office.entry, "entity_limit") is None
