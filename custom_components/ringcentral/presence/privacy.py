"""How much of other people is shown: names and numbers, masked numbers, or nothing about callers."""

from enum import StrEnum
import re

import msgspec

from .vocabulary import Call, ExtensionState, Transition

# Digits at a masked number's end that stay.
_DIGITS_KEPT = 2

_MASKED = re.compile(rf"…\d{{0,{_DIGITS_KEPT}}}")

# A caller without a name comes with the number in its place; anything with that many digits is one.
_FEWEST_DIGITS = 5


class Privacy(StrEnum):
    """What the user wants to be shown of callers."""

    SHOWN = "shown"
    MASKED = "masked"
    HIDDEN = "hidden"


def mask(number: str | None) -> str | None:
    """Return a number with its last two digits only; one that is masked stays as it is."""
    if not number or _MASKED.fullmatch(number):
        return number
    digits = re.sub(r"\D", "", number)
    return f"…{digits[-_DIGITS_KEPT:]}" if len(digits) > _DIGITS_KEPT else "…"


def _mask_name(name: str | None) -> str | None:
    return mask(name) if name is not None and len(re.findall(r"\d", name)) >= _FEWEST_DIGITS else name


def shown_party(name: str | None, number: str | None, privacy: Privacy) -> tuple[str | None, str | None]:
    """Return a name and a number as they may be shown."""
    if privacy is Privacy.SHOWN:
        return name, number
    return (None, None) if privacy is Privacy.HIDDEN else (_mask_name(name), mask(number))


def shown_call(call: Call, privacy: Privacy) -> Call:
    """Return a call as it may be shown."""
    from_name, from_number = shown_party(call.from_name, call.from_number, privacy)
    to_name, to_number = shown_party(call.to_name, call.to_number, privacy)
    _, on_behalf_of = shown_party(None, call.on_behalf_of, privacy)
    is_shown = privacy is not Privacy.HIDDEN
    return msgspec.structs.replace(
        call,
        from_number=from_number,
        from_name=from_name,
        from_withheld=call.from_withheld and is_shown,
        to_number=to_number,
        to_name=to_name,
        to_withheld=call.to_withheld and is_shown,
        on_behalf_of=on_behalf_of,
        leg=None,
    )


def shown_state(state: ExtensionState, privacy: Privacy) -> ExtensionState:
    """Return an extension's state as it may be shown."""
    if privacy is Privacy.SHOWN or not state.calls:
        return state
    return msgspec.structs.replace(state, calls=tuple(shown_call(call, privacy) for call in state.calls), known=())


def shown_transition(transition: Transition, privacy: Privacy) -> Transition:
    """Return a transition as it may be shown."""
    if privacy is Privacy.SHOWN:
        return transition
    return msgspec.structs.replace(transition, call=shown_call(transition.call, privacy))
