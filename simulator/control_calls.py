"""Calls by hand: the part of the control interface that acts on phones."""

from collections.abc import Callable
from typing import Any

from .call import STATUS_WORDS, Call, PhoneError
from .control_fields import Fields, InvalidRequestError
from .extension import Extension
from .legs import CONNECTED, ON_HOLD, PARKED, RINGING
from .messages import DEFAULT_TEXT
from .phones import DEFAULT_NUMBER, RINGS_AGAIN_AFTER, Phones
from .tasks import Tasks

type Work = Callable[[Fields], Any]


class CallControl:
    """What can be done with calls, by name."""

    def __init__(self, phones: Phones, tasks: Tasks) -> None:
        """Act on these phones; what takes time goes on among the tasks."""
        self._phones = phones
        self._account = phones.account
        self._tasks = tasks

    def table(self) -> dict[str, Work]:
        """Return what can be posted."""
        return {
            "ring": self.ring,
            "call": self.call,
            "answer": lambda fields: self._act(fields, (RINGING,), lambda call, who: call.answer(who.id)),
            "decline": lambda fields: self._act(fields, (RINGING,), lambda call, who: call.decline(who.id)),
            "hold": lambda fields: self._act(fields, (CONNECTED,), lambda call, who: call.hold(who.id)),
            "resume": lambda fields: self._act(fields, (ON_HOLD,), lambda call, who: call.resume(who.id)),
            "hang_up": lambda fields: self._act(fields, (), lambda call, _: call.hang_up()),
            "park": self.park,
            "retrieve": self.retrieve,
            "ring_out": self.ring_out,
            "connect": self.connect,
            "ring_again": self.ring_again,
            "transfer": self.transfer,
            "attended_transfer": lambda fields: self._pass_on(fields, self._phones.attended_transfer),
            "conference": lambda fields: self._pass_on(fields, self._phones.confer),
            "voicemail": self.voicemail,
        }

    def ring(self, fields: Fields) -> dict[str, Any]:
        """Let somebody outside call an extension, or the queue that it belongs to."""
        called = self.extension(fields)
        from_number, from_name = fields.text("from"), fields.text("name")
        is_withheld, rest_after = fields.flag("withheld"), fields.seconds("rest_after")
        answer_after, hang_up_after = fields.seconds("answer_after"), fields.seconds("hang_up_after")
        message = fields.seconds("voicemail")
        by_queue = fields.flag("queue", default=called.type == "Department")
        fields.done()
        if is_withheld and (from_number or from_name):
            raise InvalidRequestError("A withheld number has neither number nor name.")
        number = None if is_withheld else from_number or DEFAULT_NUMBER
        start = self._phones.call_queue if by_queue else self._phones.call_in
        call = start(self._queue_of(called) if by_queue else called, from_number=number, from_name=from_name)
        if rest_after is not None:
            self._tasks.start(self._phones.ring_again(call, rest_after=rest_after))
        playing = self._phones.play(call, answer_after=answer_after, hang_up_after=hang_up_after, message=message)
        self._tasks.start(playing)
        return {"ringing": self._numbers(call)}

    def voicemail(self, fields: Fields) -> dict[str, Any]:
        """Put a message into an extension's voicemail, as if somebody had called before."""
        called, from_number, name = self.extension(fields), fields.text("from"), fields.text("name")
        text, seconds = fields.text("text", DEFAULT_TEXT), fields.seconds("seconds")
        number = None if fields.flag("withheld") else from_number or DEFAULT_NUMBER
        fields.done()
        message = self._account.messages.add(
            called.id, from_number=number, from_name=name, text=str(text), seconds=12.0 if seconds is None else seconds
        )
        return {"id": message.id}

    def call(self, fields: Fields) -> dict[str, Any]:
        """Let an extension call another, itself, or somebody outside."""
        caller, number, name = self.extension(fields), fields.text("to", required=True), fields.text("name")
        fields.done()
        try:
            callee = self._account.find(str(number))
        except KeyError:
            self._phones.call_out(caller, str(number), to_name=name)
            return {"ringing": []}
        return {"ringing": self._numbers(self._phones.call_between(caller, callee))}

    def park(self, fields: Fields) -> dict[str, Any]:
        """Park an extension's call at a location (default: the first)."""
        parker, where = self.extension(fields), fields.text("location")
        fields.done()
        locations = self._account.park_locations()
        if not locations:
            raise PhoneError("This account has no park location.")
        location = locations[0] if where is None else self._phones.find(where)
        self._call_of(parker, CONNECTED, ON_HOLD).park(location)
        return {"parked": location.number}

    def retrieve(self, fields: Fields) -> dict[str, Any]:
        """Take the call that was parked last to an extension."""
        taker = self.extension(fields)
        fields.done()
        parked = [call for call in self._phones.calls if any(leg.status == PARKED for leg in call.legs.values())]
        if not parked:
            raise PhoneError("No call is parked.")
        parked[-1].retrieve(taker)
        return {}

    def _act(self, fields: Fields, statuses: tuple[str, ...], act: Callable[[Call, Extension], None]) -> dict[str, Any]:
        extension = self.extension(fields)
        fields.done()
        act(self._call_of(extension, *statuses), extension)
        return {}

    def _call_of(self, extension: Extension, *statuses: str) -> Call:
        calls = self._phones.calls_of(extension, *statuses)
        if not calls:
            of = " or ".join(STATUS_WORDS[status] for status in statuses)
            raise PhoneError(f"{extension.number} {extension.name} has no call{f' that is {of}' if of else ''}.")
        return calls[0]

    def _queue_of(self, extension: Extension) -> Extension:
        queues = (queue for queue in self._account.queues() if extension is queue or extension.id in queue.members)
        if (queue := next(queues, None)) is None:
            raise PhoneError(f"{extension.number} {extension.name} is in no call queue.")
        return queue

    def _numbers(self, call: Call) -> list[str | None]:
        return [self._account.extensions[ringing].number for ringing in call.ringing]

    # Calls that change

    def ring_out(self, fields: Fields) -> dict[str, Any]:
        """Let RingCentral call an extension, and then the number that its user has chosen."""
        caller, number, name = self.extension(fields), fields.text("to", required=True), fields.text("name")
        fields.done()
        return {"ringing": self._numbers(self._phones.ring_out(caller, str(number), to_name=name))}

    def connect(self, fields: Fields) -> dict[str, Any]:
        """Let the party outside answer an extension's call."""
        extension = self.extension(fields)
        fields.done()
        for call in self._phones.calls_of(extension):
            if call.rings_outside:
                call.answer()
                return {}
        raise PhoneError(f"{extension.number} {extension.name} calls nobody.")

    def ring_again(self, fields: Fields) -> dict[str, Any]:
        """Let an extension's phone stop ringing, and ring again some seconds later."""
        extension, after = self.extension(fields), fields.seconds("after")
        fields.done()
        call = self._call_of(extension, RINGING)
        if extension.id not in call.ringing:
            raise PhoneError(f"{extension.number} {extension.name} does not ring.")
        again = RINGS_AGAIN_AFTER if after is None else after
        self._tasks.start(self._phones.ring_again(call, extension.id, after=again))
        return {}

    def transfer(self, fields: Fields) -> dict[str, Any]:
        """Pass an extension's call on to another, or to a number outside."""
        extension, target = self.extension(fields), fields.text("to", required=True)
        fields.done()
        self._phones.transfer(extension, str(target))
        return {}

    def _pass_on(self, fields: Fields, act: Callable[[Extension], object]) -> dict[str, Any]:
        extension = self.extension(fields)
        fields.done()
        act(extension)
        return {}

    def extension(self, fields: Fields) -> Extension:
        """Return the extension that a request is about."""
        return self._phones.find(str(fields.text("extension", required=True)))
