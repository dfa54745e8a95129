"""The fields of a control request, checked as they are taken; every complaint is one sentence for the user."""

import math
from typing import Any

LONGEST_TEXT = 100
LONGEST_WAIT = 86400.0


class InvalidRequestError(ValueError):
    """What a control request has wrong."""


class Fields:
    """The JSON object of a request. InvalidRequestError is raised for whatever is not as it should be."""

    def __init__(self, body: object) -> None:
        """Take the parsed body."""
        if not isinstance(body, dict):
            raise InvalidRequestError("The request has to be a JSON object.")
        self._fields: dict[str, Any] = dict(body)

    def take(self, name: str) -> Any:
        """Return a field as it is, or None."""
        return self._fields.pop(name, None)

    def rest(self) -> dict[str, Any]:
        """Return all fields that are left."""
        fields, self._fields = self._fields, {}
        return fields

    def done(self) -> None:
        """Refuse the fields that nobody asked for."""
        if self._fields:
            raise InvalidRequestError(f"Unknown here: {', '.join(sorted(self._fields))}.")

    def text(self, name: str, default: str | None = None, *, required: bool = False) -> str | None:
        """Return a text; a whole number is taken for its digits."""
        value = self.take(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None and not required:
            return default
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
            raise InvalidRequestError(f"{name} has to be a text of at most {LONGEST_TEXT} characters.")
        return value.strip()

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self.take(name)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise InvalidRequestError(f"{name} has to be a list of texts.")
        return value

    def number(self, name: str) -> float | None:
        """Return a number, or None."""
        value = self.take(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise InvalidRequestError(f"{name} has to be a number.")
        return float(value)

    def seconds(self, name: str) -> float | None:
        """Return seconds to wait, or None."""
        value = self.number(name)
        if value is not None and not 0 <= value <= LONGEST_WAIT:
            raise InvalidRequestError(f"{name} has to be from 0 to {LONGEST_WAIT:.0f} seconds.")
        return value

    def flag(self, name: str, *, default: bool = False, required: bool = False) -> bool:
        """Return true or false."""
        value = self.take(name)
        if value is None and not required:
            return default
        if not isinstance(value, bool):
            raise InvalidRequestError(f"{name} has to be true or false.")
        return value
