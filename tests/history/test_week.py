"""A week of office life with Home Assistant off half of the time: everything that was missed is known, each once."""

from collections import Counter
import random

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ringcentral.const import EVENT_CALL, EVENT_VOICEMAIL

HOUR, DAY = 3600.0, 86400.0
CALLERS = ("+14155550123", "+12125550147", "+13125550159", "+16505550162")


@pytest.fixture
def options():
    return {"watch": ["account"]}


class Week:
    """What happens to 101, and what is received of it."""

    def __init__(self, office, seed) -> None:
        self.office = office
        self.phones = office.phones
        self.clock = office.simulator.clock
        self.chance = random.Random(f"week {seed}")
        self.desk = office.account.find("101").id
        self.is_on = True

    async def settle(self) -> None:
        if self.is_on:
            await self.office.settle()

    async def wait(self, seconds: float, step: float = 600.0) -> None:
        """Let time pass, with what comes due in it."""
        while seconds > 0:
            self.clock.advance(min(step, seconds))
            seconds -= step
            await self.settle()

    async def toggle(self) -> None:
        """Switch Home Assistant off or on."""
        self.is_on = not self.is_on
        if self.is_on:
            await self.office.set_up()
        else:
            await self.office.hass.config_entries.async_unload(self.office.entry.entry_id)

    async def happen(self) -> None:
        """Let somebody call."""
        kinds = [self.missed, self.answered, self.voicemail, self.taken, self.queue, self.out, self.cut]
        await self.chance.choices(kinds, [5, 3, 4, 2, 2, 2, 2])[0]()

    async def ring(self):
        call = self.phones.call_in("101", from_number=self.chance.choice(CALLERS), from_name="Somebody")
        await self.settle()
        self.clock.advance(self.chance.uniform(5, 25))
        await self.settle()
        return call

    async def missed(self) -> None:
        (await self.ring()).hang_up()
        await self.settle()

    async def answered(self) -> None:
        call = await self.ring()
        call.answer()
        await self.settle()
        self.clock.advance(self.chance.uniform(20, 200))
        call.hang_up()
        await self.settle()

    async def voicemail(self) -> None:
        (await self.ring()).go_to_voicemail(seconds=self.chance.uniform(3, 40))
        await self.settle()

    async def taken(self) -> None:
        """Let a colleague take the call that rings."""
        call = await self.ring()
        colleague = self.phones.find("102")
        call.add(colleague)
        await self.settle()
        call.answer(colleague.id)
        await self.settle()
        self.clock.advance(40)
        call.hang_up()
        await self.settle()

    async def queue(self) -> None:
        call = self.phones.call_queue("200")
        await self.settle()
        self.clock.advance(20)
        call.hang_up()
        await self.settle()

    async def out(self) -> None:
        call = self.phones.call_out("101", self.chance.choice(CALLERS))
        await self.settle()
        self.clock.advance(30)
        call.hang_up()
        await self.settle()

    async def cut(self) -> None:
        """Let a call ring while Home Assistant is switched off or on."""
        call = await self.ring()
        await self.toggle()
        self.clock.advance(10)
        call.hang_up()
        await self.settle()

    # The truth

    @property
    def truth(self) -> Counter[str]:
        """The calls that 101 has missed; those of queues never count."""
        queue_calls = {
            step.telephony_session_id for step in self.phones.history if step.extension_id == self.phones.find("200").id
        }
        return Counter(
            step.telephony_session_id
            for step in self.phones.history
            if step.kind == "missed" and step.extension_id == self.desk and step.telephony_session_id not in queue_calls
        )


@pytest.mark.parametrize(
    ("seed", "changes"),
    [
        (1, {}),
        (2, {"log_ids": "session"}),
        (3, {"log_delay": 60, "log_settles": 100}),
        (4, {"sync_token_ttl": 3600, "log_ring_legs": True}),
        (5, {"queue_members_missed": True, "missed_result": "Hang up"}),
        (6, {"transcription": "silent", "voicemail_event_first": True}),
    ],
    ids=str,
)
async def test_what_was_missed_equals_the_truth_each_once(hass, office, queue, settings, seed, changes):
    for name, value in changes.items():
        setattr(settings, name, value)
    calls = async_capture_events(hass, EVENT_CALL)
    voicemails = async_capture_events(hass, EVENT_VOICEMAIL)
    await office.pass_time(60)
    week = Week(office, seed)

    for _ in range(14):
        for _ in range(week.chance.randrange(3, 8)):
            await week.happen()
            await week.wait(week.chance.uniform(60, 2 * HOUR), 1200.0)
        await week.toggle()
    if not week.is_on:
        await week.toggle()
    await week.wait(300, 15)

    own = [event.data for event in calls if event.data["extension_number"] == "101"]
    missed = Counter(data.get("telephony_session_id") or data["call_id"] for data in own if data["type"] == "missed")
    truth = week.truth
    if changes.get("log_ids") == "session":
        sessions = {step.telephony_session_id: step.session_id for step in week.phones.history}
        missed = Counter(sessions.get(one, one) for one in missed.elements())
        truth = Counter(sessions[one] for one in truth.elements())
    assert missed == truth
    assert len(truth) > 10
    left = office.account.messages.of(week.desk)
    received = Counter(event.data["voicemail_id"] for event in voicemails if event.data["type"] == "received")
    assert received == Counter(str(message.id) for message in left)
    assert len(left) > 3
    assert office.shown("101", "unread_voicemails") == str(len(left))
