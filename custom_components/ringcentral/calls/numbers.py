"""Numbers as people write them, beside those that machines dial."""

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat


def load() -> None:
    """Load how numbers are written in all countries, which is read from disk otherwise where it is first needed."""
    PhoneMetadata.load_all()


# National numbers without their leading zero are shorter nearly everywhere.
_FEWEST_DIGITS_WITHOUT_PLUS = 11


@lru_cache(maxsize=4096)
def write_number(number: str | None) -> str | None:
    """Return a number with its country code in groups, as ``+1 415 555 0123``; anything else stays as it is.

    Without the country code nobody knows where it belongs: 101 is an extension. Where only the plus sign is missing, as
    in captures of 2015, digits that are long enough and somebody's number as they stand have one.
    """
    if number is None:
        return None
    has_plus = number.startswith("+")
    if not has_plus and not (number.isdecimal() and len(number) >= _FEWEST_DIGITS_WITHOUT_PLUS):
        return number
    try:
        parsed = phonenumbers.parse(number if has_plus else f"+{number}")
    except NumberParseException:
        return number
    if not (phonenumbers.is_possible_number(parsed) if has_plus else phonenumbers.is_valid_number(parsed)):
        return number
    # Blanks alone are the international notation (ITU-T E.123), and they are read out well.
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL).replace("-", " ")
