"""Which voicemails are known over restarts."""

from custom_components.ringcentral.voicemail.store import VoicemailStore

KEY = "ringcentral.voicemail.e1"


async def test_only_ids_are_kept(hass, hass_storage):
    store = VoicemailStore(hass, "e1")
    await store.async_load()
    assert store.known.ids is None
    store.known.ids, store.known.untranscribed = {"2", "1"}, {"2"}
    await store.async_save()

    assert hass_storage[KEY]["data"] == {"ids": ["1", "2"], "gone": {}, "untranscribed": ["2"], "was_granted": False}
    again = VoicemailStore(hass, "e1")
    await again.async_load()
    assert (again.known.ids, again.known.untranscribed) == ({"1", "2"}, {"2"})
    await again.async_remove()
    assert KEY not in hass_storage


async def test_what_cannot_be_read_was_never_there(hass, hass_storage):
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": {"ids": 5}}
    store = VoicemailStore(hass, "e1")
    await store.async_load()

    assert store.known.ids is None
