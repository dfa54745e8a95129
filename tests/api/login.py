"""A login put together from the library's parts."""

from custom_components.ringcentral.api.account import Token
from custom_components.ringcentral.api.auth import JwtAuth
from custom_components.ringcentral.api.client import RingCentralClient
from custom_components.ringcentral.api.patience import Patience
from custom_components.ringcentral.api.rate_limit import RateLimits


class Login:
    """One login: its budgets, its tokens, its client. ``stored`` holds what was given to be stored, in order."""

    def __init__(
        self, http, server, credentials, clock, *, token=None, jwt=None, client_id=None, client_secret=None, store=None
    ):
        self.stored: list[Token | None] = []
        self.limits = RateLimits(clock)
        self.auth = JwtAuth(
            http,
            server=server,
            client_id=client_id or credentials.client_id,
            client_secret=client_secret or credentials.client_secret,
            jwt=jwt or credentials.jwt,
            clock=clock,
            limits=self.limits,
            token=token,
            store_token=store or self.stored.append,
        )
        self.client = RingCentralClient(http, self.auth, server=server, clock=clock, limits=self.limits)


class FixedAuth:
    """A login whose token never changes, for servers that don't look at it."""

    token = None
    session_id = "session-1"
    was_rejected = False

    def __init__(self):
        self.patience = Patience()

    def on_new_session(self, action):
        return lambda: None

    async def access_token(self):
        return "ACCESS-TOKEN"

    async def refresh(self, rejected):
        return "ANOTHER-TOKEN"

    async def revoke(self):
        pass
