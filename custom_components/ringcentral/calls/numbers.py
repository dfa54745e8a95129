"""Numbers as people write them, beside those that machines dial."""

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat


def load() -> None:
    """Load how numbers are written in all countries, which is read from disk otherwise where it is first needed."""
    PhoneMetadata.load_all()


@lru_cache(maxsize=4096)
def write_number(number: str | None) -> str | None:
    """Return a number with its country code in groups, as ``+1 415 555 0123``; anything else stays as it is.

    Without the country code nobody knows where it belongs: 101 is an extension.
    """
    if number is None or not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    # Blanks alone are the international notation (ITU-T E.123), and they are read out well.
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL).replace("-", " ")
