"""Spoiled input through the real socket and the real webhook of an entry that is loaded."""

import logging

from custom_components.ringcentral.const import CONF_VERIFICATION_TOKEN
from custom_components.ringcentral.diagnostics import describe_office
from tests.fuzz.mutations import samples
from tests.hooks import subscriptions
from tests.waiting import until

# Each is a real frame or request, so a tenth of them.
_SHARE = 10


def own_events(office):
    """Return events of this office's extensions, as they would be sent, to be spoiled."""
    ids = list(office.coordinator.extensions)
    events = []
    for number, event in enumerate(samples("event-detailed", "flow-")):
        if isinstance(event, dict) and isinstance(event.get("body"), dict):
            body = {**event["body"], "extensionId": ids[number % len(ids)]}
            events.append({**event, "uuid": str(number), "body": body})
    return events


def complaints(caplog):
    """Return what was logged of faults of our own."""
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING and "ringcentral" in one.name]


async def heals(office, number="107"):
    """Prove that the link still works, and that the truth is reached."""
    office.phones.call_in(number, from_name="Harbor Dental")
    await office.shows(number, "ringing", "on")
    await office.coordinator.reader.read_all()
    await office.pass_time(30)
    await office.coordinator.reader.read_all()
    await office.until_true()


async def test_a_socket_that_brings_rubbish(office, mutator, inputs, caplog):
    (connection,) = office.simulator.gateway.connections
    source = mutator(contents=own_events(office))
    frames = mutator("ws-")
    for number in range(inputs // _SHARE):
        if number % 3:
            frame = b'[{"type":"ServerNotification","messageId":"1","status":200},' + source.next() + b"]"
        else:
            frame = frames.next()
        # What is no text goes as bytes; one frame is far below the largest message.
        connection._outbox.put(frame)
        if not number % 50:
            await office.settle()
    await office.settle()
    assert office.coordinator.office.counters["received"] > 0
    await heals(office)
    assert complaints(caplog) == []


class TestWebhook:
    """The same by HTTP."""

    async def test_a_webhook_that_brings_rubbish(
        self, hass, entry, visitor, public_address, office, mutator, inputs, caplog
    ):
        hass.config_entries.async_update_entry(entry, options={**entry.options, "transport": "webhook"})
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until(lambda: subscriptions(office.simulator, "WebHook"))
        source = mutator(contents=own_events(office))
        token = entry.data[CONF_VERIFICATION_TOKEN]
        path = f"/api/webhook/{entry.data['webhook_id']}"
        for number in range(inputs // _SHARE):
            headers = {"Content-Type": "application/json", "Verification-Token": token if number % 4 else "wrong"}
            async with visitor.post(path, data=source.next(), headers=headers) as answer:
                assert answer.status == 200
                assert await answer.read() == b""
        await office.settle()
        counted = describe_office(office.coordinator)["webhook"]
        assert counted["foreign"] >= inputs // _SHARE // 4
        await heals(office)
        assert complaints(caplog) == []
