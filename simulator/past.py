"""What happened before the simulator was started: calls of the last week, and what callers left on the voicemail.

The same hour always has the same calls, so that a demo that is started again has no other past.
"""

from datetime import UTC, datetime
import random

from . import directory
from .account import Account
from .extension import Extension
from .legs import INBOUND, OUTBOUND, Leg
from .messages import READ

_HOUR = 3600.0
# Of the day, in UTC.
_OFFICE_HOURS = range(8, 19)

# How a call ended, with how often.
_INBOUND = {"Accepted": 9, "Missed": 4, "Voicemail": 2, "Answered Elsewhere": 2, "Busy": 1, "Blocked": 1}
_OUTBOUND = {"Call connected": 8, "No Answer": 2, "Busy": 1}
_ANSWERED = frozenset({"Accepted", "Call connected"})

_WORDS = (
    "Hello, this is {name}. Please call me back when you have a moment. Thank you.",
    "Hi, {name} here. The delivery comes on Thursday instead of Wednesday. No need to call back.",
    "Good morning, it's {name} about the offer that you sent. I have two questions, please call me at {number}.",
    "{name} speaking. I am in front of the door and nobody opens.",
)


def write_past(account: Account, extension: Extension, *, days: int = 7) -> None:
    """Write the calls of an extension of the last days into the log, and its voicemails into the mailbox."""
    now = account.clock.time()
    this_hour = int(now // _HOUR)
    for hour in range(this_hour - 24 * days, this_hour + 1):
        if datetime.fromtimestamp(hour * _HOUR, UTC).hour not in _OFFICE_HOURS:
            continue
        chance = random.Random(f"past {extension.id} {hour}")
        for place in range(chance.choice((1, 2, 3, 4))):
            started_at = hour * _HOUR + chance.uniform(0, _HOUR)
            if started_at < now - 600:
                _write_call(account, extension, chance, started_at, f"{hour}{place}")


def _write_call(account: Account, extension: Extension, chance: random.Random, started_at: float, number: str) -> None:
    direction, results = chance.choices([(INBOUND, _INBOUND), (OUTBOUND, _OUTBOUND)], [3, 1])[0]
    (result,) = chance.choices(list(results), list(results.values()))
    name, other = chance.choice(directory.CALLERS)
    is_withheld = direction == INBOUND and chance.random() < 0.1
    own = {"number": extension.direct_number, "name": extension.name}
    party = {"number": None, "name": None} if is_withheld else {"number": other, "name": name}
    caller, called = (party, own) if direction == INBOUND else (own, party)
    leg = Leg(
        extension_id=extension.id,
        session_id=f"{number}016",
        telephony_session_id=f"s-past{number}",
        party_id=f"p-past{number}-2",
        id=number,
        direction=direction,
        status="NoCall",
        started_at=started_at,
        from_number=caller["number"],
        from_name=caller["name"],
        to_number=called["number"],
        to_name=called["name"],
    )
    seconds = round(chance.uniform(20, 900) if result in _ANSWERED else chance.uniform(5, 30))
    message_id = None
    if result == "Voicemail":
        left = account.messages.add(
            extension.id,
            from_number=party["number"],
            from_name=party["name"],
            seconds=chance.uniform(4, 40),
            text=chance.choice(_WORDS).format(name=party["name"] or "a customer", number=party["number"] or "home"),
            at=started_at + 60,
        )
        message_id = left.id
        if chance.random() < 0.6:
            left.read_status = READ
    account.call_log.add(leg, result, duration=seconds, message_id=message_id)
