"""What of a document may be seen, by path: a rule says for each field what becomes of its value.

The rules of what RingCentral sends come from the records themselves, so that a new field of theirs is covered. A field
that no rule names is not known: its name, too, is replaced, and all that is in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeAliasType, Union, get_args, get_origin

import msgspec

from ..api.models import (
    ActiveCall,
    AnyId,
    Count,
    Identifier,
    Integer,
    Notification,
    PhoneNumber,
    Presence,
    PresenceBody,
    PresenceExtension,
    Text,
    Timestamp,
    Word,
)
from .pseudonyms import Pseudonyms

type Replace = Callable[[Pseudonyms, Any], Any]

REDACTED = "**REDACTED**"

# Objects inside of each other beyond this are none of RingCentral's.
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a value, or of each member of a list: ``fields`` if it is an object, else what ``replace`` gives.

    ``others`` is the rule for fields whose names may be seen although none of ``fields`` has them.
    """

    replace: Replace = Pseudonyms.other
    fields: Mapping[str, Rule] = field(default_factory=dict)
    others: Rule | None = None


CLEAR = Rule(lambda _, value: value)
HIDDEN = Rule(lambda _, _value: REDACTED)
UNKNOWN = Rule()
TEXT = Rule(Pseudonyms.text)
NUMBER = Rule(Pseudonyms.phone_number)
IDENTIFIER = Rule(Pseudonyms.identifier)
WORD = Rule(Pseudonyms.word)
SEQUENCE = Rule(Pseudonyms.sequence)
PATH = Rule(Pseudonyms.path)


def clear(*names: str) -> dict[str, Rule]:
    """Return rules for fields that may be seen as they are."""
    return dict.fromkeys(names, CLEAR)


def redact(value: Any, rule: Rule, pseudonyms: Pseudonyms, depth: int = 0) -> Any:
    """Return a document of plain types as it may be seen."""
    if rule is HIDDEN:
        return REDACTED if value else value
    if value is None or isinstance(value, bool):
        return value
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [redact(inner, rule, pseudonyms, depth + 1) for inner in value]
    if not isinstance(value, dict):
        return rule.replace(pseudonyms, value)
    shown = {}
    for name, inner in value.items():
        inside = rule.fields.get(name, rule.others)
        key = name if inside is not None else pseudonyms.key(name)
        shown[key] = redact(inner, inside or UNKNOWN, pseudonyms, depth + 1)
    return shown


# --- rules from records ------------------------------------------------------------------------------

_LEAVES: Mapping[object, Rule] = {
    AnyId: NUMBER,
    Count: Rule(Pseudonyms.count),
    Identifier: IDENTIFIER,
    Integer: SEQUENCE,
    PhoneNumber: NUMBER,
    Text: TEXT,
    Timestamp: Rule(Pseudonyms.time),
    Word: WORD,
    bool: WORD,
}

# RingCentral's own clients have seen parties as objects (reference 5.3).
_PARTY = Rule(
    Pseudonyms.phone_number,
    {"phoneNumber": NUMBER, "extensionNumber": NUMBER, "number": NUMBER, "name": TEXT},
)

# What a field's type does not say.
_EXCEPTIONS: Mapping[tuple[type, str], Rule] = {
    (ActiveCall, "from"): _PARTY,
    (ActiveCall, "to"): _PARTY,
    (Notification, "event"): PATH,
    (Notification, "uuid"): Rule(Pseudonyms.uuid),
    (Presence, "uri"): PATH,
    (PresenceExtension, "uri"): PATH,
}


@cache
def rule_of(annotation: Any) -> Rule:
    """Return the rule for what is decoded to that type."""
    if annotation in _LEAVES:
        return _LEAVES[annotation]
    if annotation is msgspec.Raw:
        return rule_of(PresenceBody)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return Rule(
            fields={
                one.encode_name: _EXCEPTIONS.get((annotation, one.encode_name)) or rule_of(one.type)
                for one in msgspec.structs.fields(annotation)
            }
        )
    if isinstance(annotation, TypeAliasType):
        return rule_of(annotation.__value__)
    if get_origin(annotation) in (Annotated, Union, UnionType, tuple):
        # Of one or a list of the same, and of what may be missing, the first says what it is.
        return rule_of(get_args(annotation)[0])
    return UNKNOWN
