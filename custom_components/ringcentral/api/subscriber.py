"""Subscribing through the gateway's sockets, so that no subscription is left behind.

One that nobody follows lives on for a day and counts against the limit of 30 for a user and app (specification).
"""

import asyncio
from collections import deque
import contextlib
import logging
from typing import NamedTuple

from .account import Subscription
from .allowed_filters import subscribe_allowed
from .client import RingCentralClient
from .connection import Connection
from .errors import (
    PayloadError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
)
from .filters import may_be_listed_as
from .models import parse_timestamp

_LOGGER = logging.getLogger(__name__)

_TOO_MANY_SUBSCRIPTIONS = "SUB-505"
_DELETED_AT_ONCE = 5

# RingCentral keeps no more of them.
_MOST_LEFTOVERS = 30

# Seconds that a socket is given to delete a subscription; it may be dead, and a goodbye has 3 s for both ways.
_SOCKET_LIMIT = 1.5

# Seconds by which the time of a subscription's making may differ from ours.
_CLOCKS_DIFFER = 2.0


class _Unanswered(NamedTuple):
    """A request to subscribe without an answer that has its id; times in the server's Unix seconds."""

    filters: tuple[str, ...]
    sent_at: float
    given_up_at: float

    def distance(self, listed: Subscription) -> float | None:
        """Return the seconds between the request and a subscription's making; ``None`` if it made another one."""
        created = parse_timestamp(listed.creation_time)
        if created is None:
            return None
        made_at = created.timestamp()
        if not self.sent_at - _CLOCKS_DIFFER <= made_at <= self.given_up_at + _CLOCKS_DIFFER:
            return None
        refused = (one.filter for one in listed.disabled_filters or ())
        if not may_be_listed_as(self.filters, (*listed.event_filters, *refused)):
            return None
        return abs(made_at - self.sent_at)


class Subscriber:
    """Makes subscriptions, and remembers which are to be deleted."""

    def __init__(self, client: RingCentralClient) -> None:
        """Initialize with nothing left over."""
        self._client = client
        self._leftovers: dict[str, None] = {}  # ids, the oldest first
        self._unanswered: deque[_Unanswered] = deque(maxlen=_MOST_LEFTOVERS)

    # Making

    async def subscribe(self, connection: Connection, filters: tuple[str, ...]) -> Subscription:
        """Subscribe to those filters that are allowed; what is made without being returned is left over."""
        try:
            return await self._subscribe(connection, filters)
        except RequestRejectedError as error:
            if error.code != _TOO_MANY_SUBSCRIPTIONS:
                raise
        await self._make_room()
        return await self._subscribe(connection, filters)

    async def _subscribe(self, connection: Connection, filters: tuple[str, ...]) -> Subscription:
        made: Subscription | None = None

        async def subscribe(some: tuple[str, ...]) -> Subscription:
            nonlocal made
            made = await self._request(connection, some)  # It replaces the one that was made before.
            return made

        try:
            return await subscribe_allowed(subscribe, filters, self._client.verdicts)
        except RingCentralError, asyncio.CancelledError:
            if made is not None:
                self.abandon(made.id)
            raise

    async def _request(self, connection: Connection, filters: tuple[str, ...]) -> Subscription:
        sent_at = self._client.server_time()
        try:
            return await connection.subscribe(filters)
        except (UnreachableError, PayloadError, asyncio.CancelledError) as error:
            was_refused = isinstance(error, UnreachableError) and error.status is not None
            if not was_refused:
                self._unanswered.append(_Unanswered(filters, sent_at, self._client.server_time()))
            raise

    async def _make_room(self) -> None:
        """Delete the oldest: what a killed process left behind lives on for a day, and they are the likeliest such."""
        listed = await self._list_subscriptions()
        listed.sort(key=lambda one: one.creation_time or "")
        for one in listed[:_DELETED_AT_ONCE]:
            with contextlib.suppress(RequestRejectedError, PermissionMissingError):
                await self._client.delete_subscription(one.id)

    # Deleting

    def abandon(self, subscription_id: str) -> None:
        """Remember a subscription as left over."""
        self._leftovers[subscription_id] = None
        while len(self._leftovers) > _MOST_LEFTOVERS:
            del self._leftovers[next(iter(self._leftovers))]

    async def delete_leftovers(self, connection: Connection | None, *, own: Subscription | None) -> None:
        """Delete what is left over, by the socket if there is one; ``own`` is the one that is in use.

        What can't be deleted now is kept for the next time, and what RingCentral refuses to delete is forgotten. Raises
        :class:`AuthenticationError`.
        """
        await self._delete_known(connection)
        if self._unanswered:
            await self._find_unanswered(own)
            await self._delete_known(connection)

    async def _delete_known(self, connection: Connection | None) -> None:
        # Whoever stops has no time but for the newest, which was in use just now.
        for subscription_id in reversed(tuple(self._leftovers)):
            try:
                if not await _unsubscribe(connection, subscription_id):
                    await self._client.delete_subscription(subscription_id)
            except UnreachableError, RateLimitedError, PayloadError:
                continue
            except (RequestRejectedError, PermissionMissingError) as error:
                _LOGGER.debug("A subscription can't be deleted: %s", error)
            self._leftovers.pop(subscription_id, None)

    async def _find_unanswered(self, own: Subscription | None) -> None:
        """Learn the ids of subscriptions that were made although the answer was lost.

        Others may subscribe with the same user and app: of those that fit, the one that was made right after the
        request is taken.
        """
        looked_for = tuple(self._unanswered)
        listed: list[Subscription] = []
        try:
            listed = await self._list_subscriptions()
        except UnreachableError, RateLimitedError, PayloadError:
            return
        except (RequestRejectedError, PermissionMissingError) as error:
            _LOGGER.debug("The subscriptions can't be listed: %s", error)
        known = {*self._leftovers, own.id if own is not None else ""}
        for request in looked_for:
            fitting = {
                distance: one.id
                for one in listed
                if one.id not in known and (distance := request.distance(one)) is not None
            }
            if fitting:
                found = fitting[min(fitting)]
                known.add(found)
                self.abandon(found)
            with contextlib.suppress(ValueError):
                self._unanswered.remove(request)

    async def _list_subscriptions(self) -> list[Subscription]:
        """Read which subscriptions over WebSockets this user has with this app."""
        return [
            one
            for one in await self._client.list_subscriptions()
            if one.delivery_mode is not None and one.delivery_mode.transport_type == "WebSocket"
        ]


async def _unsubscribe(connection: Connection | None, subscription_id: str) -> bool:
    """Delete a subscription the documented way, by a socket; return whether that worked.

    That it is not found there does not mean that it is gone, if it was made on another socket.
    """
    if connection is None:
        return False
    with contextlib.suppress(RingCentralError, TimeoutError):
        async with asyncio.timeout(_SOCKET_LIMIT):
            await connection.unsubscribe(subscription_id)
            return True
    return False
