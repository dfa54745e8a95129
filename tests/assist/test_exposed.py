"""The phones of which an assistant may know."""

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.setup import async_setup_component
import pytest

from custom_components.ringcentral.assist.exposed import ON_CALL, choose_phones, exposed_extensions


@pytest.fixture
async def exposed(hass, office):
    """Return the phones that may be known once entities are exposed, given as number and key."""
    assert await async_setup_component(hass, "homeassistant", {})

    def expose(*entities):
        for number, key in entities:
            async_expose_entity(hass, "conversation", office.entity_id(number, key), True)
        return list(exposed_extensions(hass, "conversation"))

    return expose


async def test_only_what_is_exposed_is_known(exposed):
    assert exposed() == []
    (alice,) = exposed(("102", "on_call"))
    assert (alice.name, alice.names, alice.keys) == ("Alice Moreau", ("Alice Moreau", "102"), {"on_call"})
    assert alice.shows(ON_CALL)
    assert not alice.shows(frozenset({"presence"}))


async def test_an_extension_that_two_logins_watch_answers_once_by_the_one_that_exposes_more(exposed):
    (less,) = exposed(("102", "on_call"))
    (more,) = exposed(("102", "call_state"))
    assert choose_phones([less, more], ON_CALL) == [more]
    assert choose_phones([more, less], ON_CALL) == [more]
