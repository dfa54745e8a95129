"""The proof of a subscription: a socket without one looks as sound as a quiet one."""

from contextlib import suppress
from enum import Enum, auto

from .account import Subscription
from .client import RingCentralClient
from .connection import Connection
from .counters import GatewayCounters
from .errors import AuthenticationError, RequestRejectedError, RingCentralError
from .heartbeats import Heartbeats
from .link import open_link
from .verdicts import Belief

# A socket that is silent this long is asked, right after the heartbeat; so nobody is deaf for more than 90 s.
_INTERVAL = 61.0
# By HTTP it costs more.
_HTTP_INTERVAL = 300.0

# After this many proofs in a row that failed, whatever the reason, the link is replaced.
_MOST_FAILURES = 3


class Verdict(Enum):
    """What a proof found."""

    ALIVE = auto()
    # It is not known; the next proof may show.
    UNKNOWN = auto()
    # It was not known for too long.
    DUBIOUS = auto()
    GONE = auto()
    # The socket's OAuth session is over, whatever else works.
    TOKEN_REJECTED = auto()


class Proof:
    """Asks whether a subscription is still there: through the socket, and by HTTP where that says otherwise.

    RingCentral's clients send only POST, PUT and DELETE of subscriptions through a socket; that GET works there is an
    inference. So a refusal is believed only if HTTP agrees, and if it doesn't, the socket is not asked again.
    """

    def __init__(self, client: RingCentralClient) -> None:
        """Initialize with trust in the socket's answers."""
        self._client = client
        self._asks_socket = True
        self._failures = 0

    @property
    def interval(self) -> float:
        """Return the seconds without a notification after which to ask."""
        return _INTERVAL if self._asks_socket else _HTTP_INTERVAL

    def restart(self) -> None:
        """Forget the failures of a former link."""
        self._failures = 0

    async def check(self, connection: Connection, subscription_id: str) -> Verdict:
        """Return what is known of the subscription; raises :class:`AuthenticationError` if the login is refused."""
        verdict = await (
            self._ask_socket(connection, subscription_id) if self._asks_socket else self._ask_http(subscription_id)
        )
        if verdict is not Verdict.UNKNOWN:
            self._failures = 0
            return verdict
        self._failures += 1
        return Verdict.DUBIOUS if self._failures >= _MOST_FAILURES else Verdict.UNKNOWN

    async def _ask_socket(self, connection: Connection, subscription_id: str) -> Verdict:
        try:
            return _verdict(await connection.get_subscription(subscription_id))
        except AuthenticationError:
            # Sources: an Error frame (a comment in a sample), or nothing at all.
            self._client.verdicts.contradict(Belief.TOKEN_END_IS_REPORTED)
            return Verdict.TOKEN_REJECTED
        except RingCentralError as error:
            by_http = await self._ask_http(subscription_id)
            if by_http is Verdict.GONE:
                return Verdict.GONE
            if by_http is Verdict.ALIVE and isinstance(error, RequestRejectedError) and error.status == 404:
                self._client.verdicts.contradict(Belief.SUBSCRIPTION_IS_READABLE_BY_SOCKET)
                self._asks_socket = False
                return Verdict.ALIVE
            return Verdict.UNKNOWN

    async def _ask_http(self, subscription_id: str) -> Verdict:
        """Ask by HTTP; if the OAuth session is over, that begins another, which replaces the link, too."""
        try:
            return _verdict(await self._client.get_subscription(subscription_id))
        except RequestRejectedError as error:
            return Verdict.GONE if error.status == 404 else Verdict.UNKNOWN
        except AuthenticationError:
            raise
        except RingCentralError:
            return Verdict.UNKNOWN


def _verdict(subscription: Subscription) -> Verdict:
    return Verdict.ALIVE if subscription.status in {None, "Active"} else Verdict.GONE


async def prove_push(client: RingCentralClient, event_filter: str) -> None:
    """Subscribe and unsubscribe once, to know that it works; raises what a gateway would stumble over."""
    link = await open_link(
        client,
        None,
        counters=GatewayCounters(),
        heartbeats=Heartbeats(client.verdicts),
        deliver=lambda _: None,
        report_unreadable=lambda: None,
    )
    try:
        await link.connection.greeting()
        subscription = await link.connection.subscribe((event_filter,))
        with suppress(RequestRejectedError):
            await link.connection.unsubscribe(subscription.id)
    finally:
        await link.close()
