"""The REST API: one table of operations, answered alike whether a request came by HTTP or through a socket.

Source: RingCentral's OpenAPI specification (paths, usage groups, permissions); ``presence/line`` from its clients.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
import inspect
import re
from typing import Any, Protocol

from .errors import (
    ApiError,
    application_permission_missing,
    extended_scope_missing,
    invalid_parameter,
    invalid_uri,
    maintenance,
    user_permission_missing,
)
from .events import Notification
from .limits import RateLimits
from .logins import Session
from .settings import CloudSettings
from .subscriptions import Subscription


class Socket(Protocol):
    """The WebSocket connection that a request came through."""

    subscription: Subscription | None

    def notify(self, notification: Notification) -> None:
        """Send a notification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, wherever it came from. ``query`` holds lists where keys may be repeated."""

    method: str
    path: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any
    base_url: str
    session: Session
    socket: Socket | None = None
    places: Mapping[str, str] = field(default_factory=dict)

    def values(self, name: str) -> list[str]:
        """Return the values of a query parameter that may be repeated."""
        value = self.query.get(name, [])
        return [str(one) for one in value] if isinstance(value, list) else [str(value)]

    def is_true(self, name: str) -> bool:
        """Whether a query parameter says ``true``."""
        return [value.lower() for value in self.values(name)] == ["true"]

    def number(self, name: str, default: int) -> int:
        """Return a query parameter that counts from one; raise ApiError (CMN-101) if it is none."""
        text = (self.values(name) or [str(default)])[0]
        if not text.isdigit() or int(text) < 1:
            raise invalid_parameter(name, text)
        return int(text)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request; ``body`` is for JSON, None for no content, bytes as they are.

    ``template`` is the operation's path.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    template: str = ""


type Work = Callable[[Request], Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of the table of operations; one whose availability is high is answered during maintenance, too."""

    method: str
    template: str
    group: str
    permission: str | None
    user_permission: str | None
    work: Work
    pattern: re.Pattern[str]
    is_high: bool = False


def operation(
    method: str,
    template: str,
    work: Work,
    *,
    group: str,
    permission: str | None = None,
    user_permission: str | None = None,
    is_high: bool = False,
) -> Operation:
    """Make a row; ``{name}`` in the template takes one path segment."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))
    compiled = re.compile(f"{pattern}/?")
    return Operation(method, template, group, permission, user_permission, work, compiled, is_high)


class Api:
    """Answers requests: finds the operation, takes it from the budget, checks permissions, does it."""

    def __init__(self, limits: RateLimits, settings: CloudSettings, operations: Iterable[Operation]) -> None:
        """Serve these operations."""
        self._limits = limits
        self._settings = settings
        self._operations = list(operations)

    def find(self, method: str, path: str) -> tuple[Operation | None, dict[str, str]]:
        """Return the operation of a path and what its places hold."""
        for found in self._operations:
            if found.method == method and (match := found.pattern.fullmatch(path)):
                return found, match.groupdict()
        return None, {}

    async def answer(self, request: Request) -> Answer:
        """Answer a request; refusals are answers too."""
        found, places = self.find(request.method, request.path)
        headers: dict[str, str] = {}
        template = found.template if found else request.path
        try:
            group = found.group if found else "medium"
            for _ in range(self._cost(places)):
                headers = self._limits.take(group, request.session.user)
            if found is None:
                raise invalid_uri()
            if self._settings.maintenance and not found.is_high:
                raise maintenance()
            self._check_permissions(found, request.session)
            result = found.work(replace(request, places=places))
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            return Answer(error.status, error.body(), {**headers, **error.headers}, template)
        if isinstance(result, Answer):
            return Answer(result.status, result.body, {**headers, **result.headers}, template)
        return Answer(200 if result is not None else 204, result, headers, template)

    def _cost(self, places: Mapping[str, str]) -> int:
        """Return how many requests one counts for."""
        ids = places.get("extensionId", "").count(",") + 1
        return ids if self._settings.bulk_counts_ids else 1

    def _check_permissions(self, found: Operation, session: Session) -> None:
        if found.permission and not session.login.application.has_permission(found.permission):
            raise application_permission_missing(found.permission)
        if found.user_permission and found.user_permission not in session.login.permissions:
            has_former_code = self._settings.missing_user_permission == "CMN-408"
            refuse = user_permission_missing if has_former_code else extended_scope_missing
            raise refuse(found.user_permission)
