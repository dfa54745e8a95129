"""The calls of the log in the answer of ``get_calls``, and what Assist learns of them."""

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.setup import async_setup_component
import probatio as vol
import pytest

from tests.controls import act, device_id
from tests.office import find_issue
from tests.test_llm import Assistant, assistant

__all__ = ["assistant"]


@pytest.fixture
def options():
    return {"watch": ["account"]}


@pytest.fixture
async def conversation(hass):
    """What Assist is made of."""
    for component in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
def entry(conversation, entry):
    """An entry that is made after Assist, which has to be there before Home Assistant's server starts."""
    return entry


@pytest.fixture
async def calls(office, phones, clock):
    """A missed call, and one that was made."""
    await office.pass_time(10)
    await office.miss_a_call("101", from_name="John Wang")
    await office.pass_time(60)
    call = phones.call_out("101", "+14155550134", to_name="Maria Delgado")
    await office.shows("101", "call_state", "dialing")
    call.answer()
    clock.advance(30)
    call.hang_up()
    await office.pass_time(60)


async def history(hass, office, **options):
    answer = await act(hass, office, "get_calls", "101", respond=True, history=True, **options)
    return [(one["caller_name"], one["outcome"]) for one in answer["extensions"][0]["history"]]


async def test_the_history_is_in_the_answer_if_chosen(hass, office, calls):
    missed, made = ("John Wang", "missed"), ("Maria Delgado", "answered")

    assert await history(hass, office) == [made, missed]
    assert await history(hass, office, limit=1) == [made]
    assert await history(hass, office, direction="inbound") == [missed]
    assert await history(hass, office, outcome=["missed", "voicemail"]) == [missed]
    assert await history(hass, office, since="2000-01-01 00:00:00") == [made, missed]
    assert await history(hass, office, since="2100-01-01 00:00:00") == []
    answer = await act(hass, office, "get_calls", "101", respond=True)
    assert "history" not in answer["extensions"][0]


async def test_of_other_phones_the_log_is_not_read(hass, office, calls):
    with pytest.raises(ServiceValidationError, match="Alice Moreau"):
        await act(hass, office, "get_calls", "102", respond=True, history=True)


async def test_without_the_permission_a_new_login_is_asked_for(hass, office, calls, monkeypatch):
    monkeypatch.setattr(office.coordinator.history, "is_granted", False)

    with pytest.raises(ServiceValidationError, match="Read Call Log"):
        await act(hass, office, "get_calls", "101", respond=True, history=True)
    assert find_issue(hass, office.entry, "new_login_needed") is not None


async def test_who_may_not_see_missed_calls_gets_no_history(hass, office, calls, hass_read_only_user):
    """The log has all that they are, and more."""
    target = {"device_id": device_id(hass, office, "101"), "history": True}
    shown = [office.entity_id("101", key) for key in ("call_state", "missed_calls")]

    async def ask():
        return await hass.services.async_call(
            "ringcentral",
            "get_calls",
            target,
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
            return_response=True,
        )

    for entity_id in shown:
        hass_read_only_user.mock_policy({"entities": {"entity_ids": {entity_id: True}}})
        with pytest.raises(Unauthorized):
            await ask()
    hass_read_only_user.mock_policy({"entities": {"entity_ids": dict.fromkeys(shown, True)}})
    assert len((await ask())["extensions"][0]["history"]) == 2


async def test_missed_calls_say_how_they_ended(hass, office, calls):
    answer = await act(hass, office, "get_calls", "101", respond=True, missed_calls=True)

    assert answer["extensions"][0]["missed_calls"]["calls"][0]["outcome"] == "missed"


async def test_an_assistant_learns_who_called_today(hass, office, calls, assistant: Assistant):
    tool = "ringcentral__recent_calls"
    assert tool not in await assistant.tools()
    assistant.expose(("101", "call"))

    (phone,) = (await assistant.answer(tool))["recent_calls"]

    assert phone["name"] == "Front Desk"
    assert [(one["other_party"], one["direction"], one["outcome"]) for one in phone["calls"]] == [
        ("Maria Delgado", "outbound", "answered"),
        ("John Wang", "inbound", "missed"),
    ]


async def test_an_assistant_that_may_see_missed_calls_only_learns_of_no_others(hass, office, calls, assistant):
    assistant.expose(("101", "last_missed_call"), ("101", "missed_calls"), ("101", "call_state"))
    assert "ringcentral__recent_calls" not in await assistant.tools()


@pytest.mark.parametrize(
    "given", [{"days": 0}, {"days": 8}, {"days": "9" * 5000}, {"days": None}, {"name": "x" * 101}, {"more": 1}]
)
async def test_what_an_assistant_may_ask_has_bounds(hass, office, calls, assistant, given):
    assistant.expose(("101", "call"))
    with pytest.raises(vol.Invalid):
        await assistant.ask("ringcentral__recent_calls", **given)


async def test_an_assistant_learns_of_older_calls_if_asked(hass, office, account, assistant):
    account.call_log.fill(account.find("101"), 3, every=86400.0)
    await office.pass_time(10)
    assistant.expose(("101", "call"))

    (phone,) = (await assistant.answer("ringcentral__recent_calls", days=7))["recent_calls"]
    assert len(phone["calls"]) == 3
    (phone,) = (await assistant.answer("ringcentral__recent_calls"))["recent_calls"]
    assert len(phone["calls"]) <= 1


async def test_a_time_of_before_all_calendars_is_refused(hass, office):
    await hass.config.async_set_time_zone("Europe/Berlin")
    with pytest.raises(vol.Invalid, match="out of range"):
        await act(hass, office, "get_calls", "101", respond=True, history=True, since="0001-01-01 00:00:00")
