"""The authorization server: how sessions are opened, refreshed and ended, and what their tokens are worth.

Sources: RingCentral's guide (JWT flow, authorization code flow with PKCE, refresh tokens, tokens) and its
maintainer's experiments with token refresh and with parallel sessions.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import unquote_plus, urlencode
import uuid

from .clock import Clock
from .errors import ApiError, OAuthError, token_corrupted, token_expired, token_unknown
from .limits import RateLimits
from .logins import JWT_GRANT, Application, Login, Session
from .settings import CloudSettings

# A repeated refresh is answered this long while its reply's access token has not been used, and this long after that.
LOST_REPLY_TIME = 3600.0
AFTER_FIRST_USE_TIME = 10.0
CODE_LIFETIME = 60.0


@dataclass(slots=True, kw_only=True)
class _Code:
    login: Login
    redirect_uri: str
    challenge: str | None
    method: str
    expires_at: float


class OAuth:
    """The authorization server."""

    def __init__(
        self,
        clock: Clock,
        limits: RateLimits,
        *,
        access_token_ttl: float = 3600,
        refresh_token_ttl: float = 604800,
        session_limit: int = 5,
        settings: CloudSettings | None = None,
    ) -> None:
        """Take lifetimes in seconds; ``session_limit`` is per user and application, one more revokes the oldest."""
        self._settings = settings or CloudSettings()
        self.applications: dict[str, Application] = {}
        self.logins: list[Login] = []
        self.sessions: list[Session] = []
        self.access_token_ttl = access_token_ttl
        self.refresh_token_ttl = refresh_token_ttl
        self.session_limit = session_limit
        self._clock = clock
        self._limits = limits
        self._by_access: dict[str, Session] = {}
        self._by_refresh: dict[str, Session] = {}
        self._codes: dict[str, _Code] = {}

    # The token endpoint

    def token(self, authorization: str | None, form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Answer ``POST /restapi/oauth/token`` with a body and headers; raise OAuthError or ApiError (429)."""
        application = self._authenticate(authorization, form)
        grant = form.get("grant_type", "")
        grants = {
            JWT_GRANT: self._grant_jwt,
            "authorization_code": self._grant_code,
            "refresh_token": self._grant_refresh,
        }
        if grant not in grants:
            raise OAuthError(400, "invalid_request", "OAU-250", "Unsupported grant type")
        if grant not in application.grants:
            raise OAuthError(400, "unauthorized_client", "OAU-251", "Unauthorized for this grant type")
        headers = self._limits.take("auth", self._user_of(application, form))
        return self._reply(grants[grant](application, form)), headers

    def revoke(self, authorization: str | None, form: Mapping[str, str]) -> None:
        """Answer ``POST /restapi/oauth/revoke``: end the whole session of the token."""
        application = self._authenticate(authorization, form)
        token = form.get("token", "")
        session = self._by_access.get(token) or self._by_refresh.get(token)
        if session is None or session.login.application is not application:
            raise OAuthError(400, "invalid_grant", "OAU-213", "Token not found")
        self.end(session)

    def authorize(self, query: Mapping[str, str], login: Login | None) -> str:
        """Answer ``GET /restapi/oauth/authorize`` for this user, or for one who refuses; return where to redirect.

        Raise OAuthError where the address to return to is not to be trusted.
        """
        application = self.applications.get(query.get("client_id", ""))
        if application is None:
            raise _invalid_client(query.get("client_id", ""))
        redirect_uri = query.get("redirect_uri", "")
        if not application.redirect_uris:
            raise OAuthError(403, "invalid_request", "OAU-113", "No redirect uri is registered for the client")
        if redirect_uri not in application.redirect_uris:
            raise OAuthError(403, "invalid_request", "OAU-109", "Redirect URIs do not match")
        answer: dict[str, str | None] = {"state": query.get("state")}
        if query.get("response_type") != "code":
            answer |= {"error": "unsupported_response_type", "error_description": "Only [code] is supported"}
        elif login is None or login.application is not application:
            answer |= {"error": "access_denied", "error_description": "The user denied the request"}
        else:
            code = secrets.token_urlsafe(24)
            self._codes[code] = _Code(
                login=login,
                redirect_uri=redirect_uri,
                challenge=query.get("code_challenge"),
                method=query.get("code_challenge_method", "plain"),
                expires_at=self._clock.monotonic() + CODE_LIFETIME,
            )
            answer |= {"code": code, "expires_in": f"{CODE_LIFETIME:.0f}"}
        known = {name: value for name, value in answer.items() if value is not None}
        return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(known)}"

    # What the other servers ask

    def authenticate(self, authorization: str | None) -> Session:
        """Return the session of an ``Authorization: Bearer`` header and mark its access token as used."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise ApiError(401, "AGW-401", "Authorization header is not specified")
        session = self._by_access.get(token)
        if session is None:
            raise token_unknown()
        self.check(session, token)
        if not session.access_used:
            session.access_used = True
            session.replaced_until = min(session.replaced_until, self._clock.monotonic() + AFTER_FIRST_USE_TIME)
        return session

    def check(self, session: Session, token: str | None = None) -> None:
        """Raise status 401 unless the session has a valid access token (or: unless that token is valid)."""
        if session.ended or (token is not None and token != session.access_token):
            raise token_corrupted()
        if self._clock.monotonic() >= session.access_expires_at:
            raise token_expired()

    def end(self, session: Session) -> None:
        """End a session: all its tokens die, and whoever listens to its end is notified."""
        if session.ended:
            return
        session.ended = True
        if session in self.sessions:
            self.sessions.remove(session)
        for listener in list(session.on_end):
            listener()

    # Grants

    def _grant_jwt(self, application: Application, form: Mapping[str, str]) -> Session:
        login = self._login_of_jwt(application, form)
        if login is None:
            raise OAuthError(400, "invalid_grant", "OAU-331", "Invalid assertion")
        return self._open(login, form)

    def _grant_code(self, application: Application, form: Mapping[str, str]) -> Session:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None:
            raise OAuthError(403, "invalid_grant", "OAU-106", "Invalid authorization code")
        if code.login.application is not application:
            raise OAuthError(403, "invalid_grant", "OAU-110", "Authorization code was not issued for this application")
        if self._clock.monotonic() >= code.expires_at:
            raise OAuthError(403, "invalid_grant", "OAU-108", "Authorization code is expired")
        if code.redirect_uri != form.get("redirect_uri", ""):
            raise OAuthError(403, "invalid_grant", "OAU-109", "Redirect URIs do not match")
        if code.challenge is not None and not _proves(form.get("code_verifier", ""), code.challenge, code.method):
            raise OAuthError(400, "invalid_grant", "OAU-106", "Code verifier does not match the challenge")
        return self._open(code.login, form)

    def _grant_refresh(self, application: Application, form: Mapping[str, str]) -> Session:
        token = form.get("refresh_token", "")
        session = self._by_refresh.get(token)
        now = self._clock.monotonic()
        if session is None or session.login.application is not application:
            raise OAuthError(400, "invalid_grant", "OAU-213", "Token not found")
        if session.ended:
            raise OAuthError(400, "invalid_grant", "OAU-211", "Token revoked")
        if token == session.refresh_token and now < session.refresh_expires_at:
            session.replaced_refresh_token, session.replaced_until = token, now + LOST_REPLY_TIME
            self._issue(session)
        elif token != session.replaced_refresh_token or now >= session.replaced_until:
            raise OAuthError(400, "invalid_grant", "OAU-213", "Token not found")
        return session

    def _open(self, login: Login, form: Mapping[str, str]) -> Session:
        self._forget_expired()
        session = Session(
            id=uuid.uuid4().hex,
            login=login,
            endpoint_id=form.get("endpoint_id") or secrets.token_urlsafe(16),
            access_lifetime=min(self.access_token_ttl, float(form.get("access_token_ttl", self.access_token_ttl))),
            refresh_lifetime=min(self.refresh_token_ttl, float(form.get("refresh_token_ttl", self.refresh_token_ttl))),
        )
        parallel = [other for other in self.sessions if other.user == session.user]
        if self._settings.at_session_limit == "refuse" and len(parallel) >= self.session_limit:
            raise OAuthError(400, "invalid_grant", "OAU-148", "Too many sessions")  # The real code is not on record.
        for oldest in parallel[: max(0, len(parallel) + 1 - self.session_limit)]:
            self.end(oldest)
        self.sessions.append(session)
        self._issue(session)
        return session

    def _issue(self, session: Session) -> None:
        now = self._clock.monotonic()
        session.access_token = secrets.token_urlsafe(32)
        session.access_expires_at = now + session.access_lifetime
        session.access_used = False
        self._by_access[session.access_token] = session
        if session.login.application.issue_refresh_tokens:
            session.refresh_token = secrets.token_urlsafe(32)
            session.refresh_expires_at = now + session.refresh_lifetime
            self._by_refresh[session.refresh_token] = session

    def _reply(self, session: Session) -> dict[str, Any]:
        now = self._clock.monotonic()
        reply = {
            "access_token": session.access_token,
            "token_type": "bearer",
            "expires_in": int(session.access_expires_at - now),
            "scope": " ".join(sorted(session.login.application.permissions)),
            "owner_id": str(session.login.extension_id),
            "endpoint_id": session.endpoint_id,
            "session_id": session.id,
        }
        if session.refresh_token is not None:
            reply["refresh_token"] = session.refresh_token
            reply["refresh_token_expires_in"] = int(session.refresh_expires_at - now)
        return reply

    # Who asks

    def _authenticate(self, authorization: str | None, form: Mapping[str, str]) -> Application:
        if authorization is None:
            public = self.applications.get(form.get("client_id", ""))
            if public is None or public.client_secret is not None:
                raise OAuthError(400, "invalid_client", "OAU-123", "Client authentication is required")
            return public
        scheme, _, credentials = authorization.partition(" ")
        try:
            client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
        except binascii.Error, UnicodeDecodeError:
            scheme = client_id = secret = ""
        if scheme.lower() != "basic":
            raise OAuthError(401, "invalid_client", "OAU-134", "Invalid Authorization header.")
        # RingCentral's JavaScript client sends id and secret plainly, Home Assistant quotes them as OAuth demands.
        application = self.applications.get(client_id) or self.applications.get(unquote_plus(client_id))
        if application is None:
            raise _invalid_client(client_id)
        if application.client_secret not in {secret, unquote_plus(secret)}:
            raise OAuthError(401, "invalid_client", "OAU-146", "Invalid client credentials")
        return application

    def _login_of_jwt(self, application: Application, form: Mapping[str, str]) -> Login | None:
        jwt = form.get("assertion")
        logins = (login for login in self.logins if login.application is application)
        return next((login for login in logins if jwt and login.jwt == jwt), None)

    def _user_of(self, application: Application, form: Mapping[str, str]) -> int | str:
        """Return whose budget a token request uses: the user's, or the application's if the user is unknown."""
        session = self._by_refresh.get(form.get("refresh_token", ""))
        code = self._codes.get(form.get("code", ""))
        login = self._login_of_jwt(application, form) or (code and code.login) or (session and session.login)
        return login.extension_id if login else application.client_id

    def _forget_expired(self) -> None:
        now = self._clock.monotonic()
        for session in list(self.sessions):
            if now >= max(session.access_expires_at, session.refresh_expires_at):
                self.end(session)


def _invalid_client(client_id: str) -> OAuthError:
    named = ("client_id", client_id)
    return OAuthError(400, "invalid_client", "OAU-153", f"Invalid client: {client_id}", parameter=named)


def _proves(verifier: str, challenge: str, method: str) -> bool:
    if method == "S256":
        verifier = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(verifier, challenge)
