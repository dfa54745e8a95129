"""Keeps strangers away from the control interface, which is for this machine's user.

A web page elsewhere must not reach it through the user's browser: requests with a foreign ``Host`` (DNS rebinding) or
``Origin`` are refused.
"""

from contextlib import suppress
from ipaddress import ip_address

from aiohttp import web
from aiohttp.typedefs import Handler

from .errors import ApiError

_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "[::1]"})
_WILDCARDS = frozenset({"0.0.0.0", "::"})


class Guard:
    """Wraps handlers: lets only own pages and programs in, and answers all refusals in one form."""

    def __init__(self, host: str) -> None:
        """Guard a server that listens on that address."""
        self._host = host

    def __call__(self, handler: Handler) -> Handler:
        """Return the guarded handler."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._is_own_host(request.host):
                return refuse(403, "This host name is not the simulator's.")
            origin = request.headers.get("Origin")
            site = request.headers.get("Sec-Fetch-Site", "none")
            if (origin and origin != f"{request.scheme}://{request.host}") or site not in {"none", "same-origin"}:
                return refuse(403, "Other web pages may not use the simulator.")
            try:
                return await handler(request)
            except ApiError as error:
                return refuse(400, error.message)
            except ValueError as error:
                return refuse(400, str(error))

        return guarded

    def _is_own_host(self, host: str) -> bool:
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name in _THIS_MACHINE or name.strip("[]") == self._host:
            return True
        if self._host not in _WILDCARDS:
            return False
        # A rebound name is a name: an address may be used where the simulator listens on all of them.
        with suppress(ValueError):
            return bool(ip_address(name.strip("[]")))
        return False


def refuse(status: int, message: str) -> web.Response:
    """Return a refusal."""
    return web.json_response({"error": message}, status=status)
