"""A morning with every kind of call, which is to look the same in whatever dialect the cloud speaks."""

from collections.abc import Iterator

from simulator.dialects import draw

OUTSIDE = "+14155550123"
ELSEWHERE = "+14155550198"

# How long the office is quiet after each step: verdicts are out, and what was to be read has been read.
QUIET = 16.0


def morning(phones) -> Iterator[tuple[str, float]]:
    """Do one thing after the other; after each, yield what it was and the seconds until the next."""
    for part in (_in, _out, _between, _queue, _several, _passed_on, _merged, _ring_out, _parked, _again, _people):
        for what in part(phones):
            yield (what, QUIET) if isinstance(what, str) else what


def _in(phones):
    call = phones.call_in("101", from_number=OUTSIDE, from_name="John Wang")
    yield "a call rings"
    call.answer()
    yield "it is answered"
    call.hold()
    yield "it is put on hold"
    call.resume()
    yield "it goes on"
    call.hang_up()
    yield "it is over"
    call = phones.call_in("102", from_number=OUTSIDE)
    yield "a caller without a name"
    call.hang_up()
    yield "gives up"
    call = phones.call_in("102", from_number=None, from_name=None)
    yield "somebody withholds the number"
    call.hang_up()
    yield "and gives up"


def _out(phones):
    call = phones.call_out("103", ELSEWHERE, to_name="Mary Fox")
    yield "a call goes out"
    call.answer()
    yield "it is answered outside"
    call.hang_up()
    yield "it is over"
    phones.call_out("103", ELSEWHERE).hang_up()
    yield "nobody answers outside"


def _between(phones):
    call = phones.call_between("104", "105")
    yield "one extension calls another"
    call.answer()
    yield "which answers"
    call.hang_up()
    yield "and hangs up"
    call = phones.call_between("104", "104")
    yield "an extension calls itself"
    call.answer()
    yield "and answers"
    call.hang_up()
    yield "and hangs up again"


def _queue(phones):
    call = phones.call_queue("200", from_number=OUTSIDE, from_name="John Wang")
    yield "a queue call rings its members"
    call.answer()
    yield "one of them answers"
    call.hang_up()
    yield "it is over"
    call = phones.call_queue("200", from_number=OUTSIDE)
    yield "another queue call"
    call.hang_up()
    yield "is answered by nobody"


def _several(phones):
    first = phones.call_in("101", from_number=OUTSIDE, from_name="John Wang")
    first.answer()
    yield "a call is on"
    second = phones.call_in("101", from_number=ELSEWHERE, from_name="Mary Fox")
    yield "a second one rings"
    first.hold()
    second.answer()
    yield "and is answered"
    second.hang_up()
    yield "the first one shows again"
    first.hang_up()
    yield "all is over"


def _passed_on(phones):
    call = phones.call_in("101", from_number=OUTSIDE, from_name="John Wang")
    call.answer()
    phones.transfer("101", "102")
    yield "a call is passed on and rings there"
    call.answer()
    yield "and is answered there"
    call.hang_up()
    yield "it is over"
    call = phones.call_between("103", "104")
    call.answer()
    phones.transfer("104", ELSEWHERE)
    yield "a call is passed on to somebody outside"
    call.hang_up()
    yield "it is over"
    phones.call_in("105", from_number=OUTSIDE, from_name="John Wang").answer()
    call = phones.call_between("105", "106")
    call.answer()
    yield "somebody asks before passing on"
    phones.attended_transfer("105")
    yield "and connects the two"
    call.hang_up()
    yield "they are through"


def _merged(phones):
    phones.call_in("101", from_number=OUTSIDE, from_name="John Wang").answer()
    phones.call_out("101", ELSEWHERE).answer()
    yield "somebody has two calls"
    conference = phones.confer("101")
    yield "and merges them"
    conference.hang_up()
    yield "it is over"


def _ring_out(phones):
    call = phones.ring_out("102", ELSEWHERE)
    yield "RingCentral rings a user's phone"
    call.answer()
    yield "who answers, so that the other phone rings"
    call.answer()
    yield "and is answered"
    call.hang_up()
    yield "it is over"


def _parked(phones):
    call = phones.call_in("101", from_number=OUTSIDE, from_name="John Wang")
    call.answer()
    yield "a call is on"
    call.park(phones.find("801"))
    yield "it is parked"
    call.retrieve(phones.find("102"))
    yield "another extension takes it"
    call.hang_up()
    yield "it is over"


def _again(phones):
    call = phones.call_in("101", from_number=OUTSIDE, from_name="John Wang")
    yield "a call rings"
    call.rest()
    yield "the phone rests", 6.0
    call.ring_again()
    yield "and rings again"
    call.answer()
    yield "it is answered"
    call.hang_up()
    yield "it is over"


def _people(phones):
    phones.set_dnd("101", True)
    yield "nobody may disturb"
    phones.set_dnd("101", False)
    yield "anybody may"
    phones.set_status("102", "Busy")
    yield "somebody is busy"
    phones.set_status("102", "Available")
    yield "and available again"
    phones.set_meeting("103", True)
    yield "somebody is in a meeting"
    phones.set_meeting("103", False)
    yield "and out of it"


def digits(number: str | None) -> str | None:
    """Return what counts of a number: dialects write it with and without a plus sign."""
    return number.lstrip("+") if number else None


def drawn_dialects(seed: int) -> list[str]:
    """Return dialects that go together and say everything, if not at once."""
    names = list(draw(seed))
    if "changed_leg_only" in names and "ended_calls_gone" in names:
        # Of a call that ends, nothing would be said at all.
        names.remove("ended_calls_gone")
    return names
