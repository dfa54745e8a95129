"""Refusals as RingCentral puts them on the wire.

Codes, statuses and messages: RingCentral's guide "API error codes"; shapes: ``tests/payloads/error-*``.
"""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A refusal by the REST API.

    ``code`` is the code of the table (``CMN-102``). ``word`` is what some refusals have in the top-level ``errorCode``
    instead of it (``TokenInvalid``, ``InsufficientPermissions``).
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        word: str | None = None,
        parameter_name: str | None = None,
        parameter_value: str | None = None,
        permission_name: str | None = None,
        permissions_name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Make the refusal."""
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.word = word
        self.headers = dict(headers or {})
        named = {
            "parameterName": parameter_name,
            "parameterValue": parameter_value,
            "permissionName": permission_name,
            "permissionsName": permissions_name,
        }
        self.details = {name: value for name, value in named.items() if value is not None}

    def body(self) -> dict[str, Any]:
        """Return the body of the reply."""
        error = {"errorCode": self.code, "message": self.message, **self.details}
        return {**error, "errorCode": self.word or self.code, "errors": [error]}


class OAuthError(Exception):
    """A refusal by the token endpoint, in OAuth's form with RingCentral's codes added."""

    def __init__(
        self, status: int, error: str, code: str, message: str, *, parameter: tuple[str, str] | None = None
    ) -> None:
        """Make the refusal; ``error`` is the standard's word (``invalid_grant``), ``parameter`` a name and value."""
        super().__init__(f"{status} {error} {code} {message}")
        self.status = status
        self.error = error
        self.parameter = parameter
        self.code = code
        self.message = message

    def body(self) -> dict[str, Any]:
        """Return the body of the reply."""
        detail: dict[str, Any] = {"errorCode": self.code, "message": self.message}
        if self.parameter is not None:
            name, value = self.parameter
            detail["parameters"] = [{"parameterName": name, "parameterValue": value}]
        return {
            "error": self.error,
            "errors": [detail],
            "error_description": self.message,
        }


def invalid_parameter(name: str, value: str | None = None) -> ApiError:
    """Refuse a parameter's value."""
    return ApiError(400, "CMN-101", f"Parameter [{name}] value is invalid", parameter_name=name, parameter_value=value)


def not_found(name: str) -> ApiError:
    """Refuse because the resource that a parameter names does not exist."""
    return ApiError(404, "CMN-102", f"Resource for parameter [{name}] is not found", parameter_name=name)


def invalid_uri() -> ApiError:
    """Refuse an operation that does not exist."""
    return ApiError(404, "CMN-120", "Invalid URI")


def application_permission_missing(permission: str) -> ApiError:
    """Refuse because the application lacks a permission."""
    return ApiError(
        403,
        "CMN-401",
        f"In order to call this API endpoint, application needs to have [{permission}] permission",
        word="InsufficientPermissions",
        permission_name=permission,
    )


def user_permission_missing(permission: str) -> ApiError:
    """Refuse because the user's role lacks a permission."""
    return ApiError(
        403,
        "CMN-408",
        f"In order to call this API endpoint, user needs to have [{permission}] permission for requested resource.",
        permission_name=permission,
    )


def extended_scope_missing(permission: str) -> ApiError:
    """Refuse because the user's permission is not for other extensions; the name's key has an s (capture of 2025)."""
    return ApiError(
        403,
        "CMN-419",
        f"In order to call this API endpoint for another extension, user needs to have [{permission}] permission "
        "granted with extended scope",
        permissions_name=permission,
    )


def maintenance() -> ApiError:
    """Refuse what waits for the end of a maintenance."""
    return ApiError(503, "CMN-211", "The service is under maintenance")


def token_expired() -> ApiError:
    """Refuse an access token that has reached its end."""
    return ApiError(401, "OAU-128", "Access token expired.")


def token_corrupted() -> ApiError:
    """Refuse an access token that a refresh replaced or whose session was ended."""
    return ApiError(401, "OAU-129", "Access token corrupted.", word="TokenInvalid")


def token_unknown() -> ApiError:
    """Refuse an access token that is none of ours."""
    return ApiError(401, "OAU-149", "OAuth token is invalid", word="TokenInvalid")
