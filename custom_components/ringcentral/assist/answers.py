"""What the built-in agent answers, in the language of the question."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..calls.numbers import write_number
from ..calls.wording import shorten
from ..const import DOMAIN
from ..presence.vocabulary import CallState
from ..words import DND, translate
from .durations import parse_duration
from .exposed import CALLER, FREE, MISSED, MISSED_CALLER, ON_CALL, ExposedExtension, describe_person
from .texts import Texts

SETS_DND = frozenset({"set_dnd"})

# An answer that is read out should be short.
_MOST_CALLERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question: in which language, about whom, for how long, and who asked."""

    texts: Texts
    phones: Sequence[ExposedExtension]
    duration: str = ""
    context: Context = field(default_factory=Context)

    def say(self, key: str, **parts: Any) -> str:
        """Return an answer in the language of the question."""
        return self.texts.answers[key].format(**parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that can be asked: which entities show it, and how it is answered."""

    facts: frozenset[str]
    answer: Callable[[HomeAssistant, Asked], Awaitable[str]]


async def _answer_who(hass: HomeAssistant, asked: Asked) -> str:
    """Say who is on the phone, and with whom."""
    said = [said for one in asked.phones if one.is_available and (said := _say_call(one, asked)) is not None]
    return " ".join(said) or asked.say("nobody")


async def _answer_talking(hass: HomeAssistant, asked: Asked) -> str:
    """Say with whom somebody talks."""

    def say(one: ExposedExtension) -> str:
        if not one.is_available or not one.state.are_calls_known:
            return asked.say("not_known", name=one.name)
        return _say_call(one, asked) or asked.say("not_on_phone", name=one.name)

    return " ".join(map(say, asked.phones))


async def _answer_free(hass: HomeAssistant, asked: Asked) -> str:
    """Say whether somebody can be called, and if not, why."""
    return " ".join(_say_free(one, asked) for one in asked.phones)


async def _answer_missed(hass: HomeAssistant, asked: Asked) -> str:
    """Say how many calls were missed since they were last marked as seen, and who called."""
    logs = [(one, one.coordinator.missed_calls.of(one.extension.id)) for one in asked.phones]
    count = sum(log.count for _, log in logs)
    if not count:
        return asked.say("no_missed")
    unseen = [call for one, log in logs if one.shows(MISSED_CALLER) for call in log.calls[: log.count]]
    newest = sorted(unseen, key=lambda call: call.at, reverse=True)
    callers = dict.fromkeys(_name(asked, call.name, call.number, is_withheld=call.withheld) for call in newest)
    said = asked.say("missed", count=count)
    return f"{said} {asked.say('newest', callers=', '.join([*callers][:_MOST_CALLERS]))}" if callers else said


async def _answer_dnd_on(hass: HomeAssistant, asked: Asked) -> str:
    return await _set_dnd(hass, asked, asked.say("dnd_on"))


async def _answer_dnd_for(hass: HomeAssistant, asked: Asked) -> str:
    duration = parse_duration(asked.duration, asked.texts.durations)
    if duration is None:
        return asked.say("no_duration")
    return await _set_dnd(hass, asked, asked.say("dnd_until", time=dt_util.now() + duration), duration=duration)


async def _answer_dnd_off(hass: HomeAssistant, asked: Asked) -> str:
    return await _set_dnd(hass, asked, asked.say("dnd_off"), is_on=False)


async def _set_dnd(
    hass: HomeAssistant, asked: Asked, done: str, *, is_on: bool = True, duration: timedelta | None = None
) -> str:
    """Set Do Not Disturb of the login's own extension, as who asked may."""
    own = [one for one in asked.phones if one.extension.id == one.coordinator.login_id]
    if len(own) != 1:
        return asked.say("whose")
    (one,) = own
    device = one.coordinator.watchlist.device(one.extension.id)
    before = translate(DND, one.coordinator.editor.last_open_dnd(one.extension.id)) or "take_all_calls"
    word = "do_not_accept_any_calls" if is_on else before
    data: dict[str, Any] = {ATTR_DEVICE_ID: device.id if device is not None else None, "do_not_disturb": word}
    if duration is not None:
        data["duration"] = duration
    try:
        await hass.services.async_call(DOMAIN, "set_presence", data, blocking=True, context=asked.context)
    except HomeAssistantError, vol.Invalid:
        return asked.say("failed")
    return done


def _say_call(one: ExposedExtension, asked: Asked) -> str | None:
    """Return what a phone does, or ``None`` if it is not in use."""
    call = one.state.main_call
    if call is None or call.state is CallState.PARKED:
        return None
    with_other, alone = _SAID_OF_CALLS.get(call.state, ("talks", "on_phone"))
    if not one.shows(CALLER):
        return asked.say(alone, name=one.name)
    other = _name(asked, call.caller_name, call.caller_number, is_withheld=call.is_withheld)
    return asked.say(with_other, name=one.name, other=other)


_SAID_OF_CALLS: Mapping[CallState, tuple[str, str]] = {
    CallState.RINGING: ("calls", "rings"),
    CallState.DIALING: ("dials", "on_phone"),
}


def _say_free(one: ExposedExtension, asked: Asked) -> str:
    described = describe_person(one)
    if described["free"] is not False:
        return asked.say("free" if described["free"] else "not_known", name=one.name)
    return next(_reasons(one, asked, described))


def _reasons(one: ExposedExtension, asked: Asked, described: Mapping[str, Any]) -> Iterator[str]:
    """Yield why somebody is not free, the most important first."""
    if described.get("on_the_phone"):
        yield _say_call(one, asked) or asked.say("on_phone", name=one.name)
    if described.get("do_not_disturb") == "do_not_accept_any_calls":
        yield asked.say("dnd", name=one.name)
    yield asked.say("offline" if described.get("presence") == "offline" else "busy", name=one.name)


def _name(asked: Asked, name: str | None, number: str | None, *, is_withheld: bool) -> str:
    nobody = asked.say("withheld" if is_withheld else "unknown")
    return shorten(name) or shorten(write_number(number)) or nobody


QUESTIONS: Mapping[str, Question] = {
    "who": Question(facts=ON_CALL, answer=_answer_who),
    "talking": Question(facts=ON_CALL, answer=_answer_talking),
    "free": Question(facts=FREE, answer=_answer_free),
    "missed": Question(facts=MISSED, answer=_answer_missed),
    "dnd_on": Question(facts=SETS_DND, answer=_answer_dnd_on),
    "dnd_for": Question(facts=SETS_DND, answer=_answer_dnd_for),
    "dnd_off": Question(facts=SETS_DND, answer=_answer_dnd_off),
}
