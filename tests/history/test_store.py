"""What is remembered of the log over restarts."""

import pytest

from custom_components.ringcentral.history.joining import SeenCall
from custom_components.ringcentral.history.store import HistoryStore
from custom_components.ringcentral.presence.privacy import Privacy

KEY = "ringcentral.history.e1"


async def test_what_was_seen_is_known_after_a_restart(hass, hass_storage):
    store = HistoryStore(hass, "e1")
    await store.async_load()
    store.known.until = 5.0
    store.known.seen.append(SeenCall(extension_id="7", at=4.0, sessions=("s-1",), number="+14155550123"))
    await store.async_save()

    again = HistoryStore(hass, "e1")
    await again.async_load()
    assert again.known == store.known

    await again.async_remove()
    assert KEY not in hass_storage


async def test_numbers_that_may_no_longer_be_shown_are_not_kept_any_longer(hass, hass_storage):
    store = HistoryStore(hass, "e1")
    store.known.seen.append(SeenCall(extension_id="7", at=4.0, number="+14155550123"))
    await store.async_save()

    again = HistoryStore(hass, "e1")
    await again.async_load()

    assert again.known.hide(Privacy.MASKED)
    assert again.known.seen[0].number == "…23"
    assert not again.known.hide(Privacy.MASKED), "there is nothing more to hide"


@pytest.mark.parametrize("kept", [{"until": "yesterday"}, {"seen": 1}])
async def test_what_cannot_be_read_was_never_there(hass, hass_storage, kept):
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": kept}
    store = HistoryStore(hass, "e1")

    await store.async_load()

    assert (store.known.until, store.known.seen) == (None, [])
