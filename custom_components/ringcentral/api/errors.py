"""What can go wrong, one exception for each thing that a caller can do differently."""


class RingCentralError(Exception):
    """Base of all errors of this client.

    ``code`` is RingCentral's error code, as ``CMN-401``, where there was one. Texts never hold credentials, names or
    numbers.
    """

    def __init__(self, message: str, *, code: str | None = None) -> None:
        """Keep the code beside the message."""
        super().__init__(message)
        self.code = code


class AuthenticationError(RingCentralError):
    """The login is no longer good: ask the user to log in again."""


class ClientCredentialsError(AuthenticationError):
    """The app's client id or secret is wrong, or the app may not use this kind of login."""


class UserCredentialsError(AuthenticationError):
    """The user's JWT credential, authorization code or refresh token is wrong, expired or revoked."""


class PermissionMissingError(RingCentralError):
    """A permission is missing: show the user which one, and where to set it.

    ``permission`` is its name, as ``ReadPresence``; ``of_app`` is true for an application permission (set in
    RingCentral's developer console), false for one of the user's role.
    """

    def __init__(self, message: str, *, permission: str | None, of_app: bool, code: str | None = None) -> None:
        """Keep the permission's name and kind."""
        super().__init__(message, code=code)
        self.permission = permission
        self.of_app = of_app

    def named(self, permission: str) -> PermissionMissingError:
        """Return it with the permission that the request needs, where RingCentral names none."""
        name = self.permission or permission
        return type(self)(str(self), permission=name, of_app=self.of_app, code=self.code)


class RateLimitedError(RingCentralError):
    """Too many requests: send none for ``retry_after`` seconds, since any request restarts the penalty."""

    def __init__(self, message: str, *, retry_after: float, code: str | None = None) -> None:
        """Keep the seconds to wait."""
        super().__init__(message, code=code)
        self.retry_after = retry_after


class UnreachableError(RingCentralError):
    """No usable answer: offline, timed out, or the service is down. Try again later.

    ``retry_after`` holds the seconds that the service asked for, if it did. ``status`` is its answer's HTTP status; if
    there was no answer, what was requested may have been done all the same.
    """

    def __init__(
        self, message: str, *, status: int | None = None, retry_after: float | None = None, code: str | None = None
    ) -> None:
        """Keep the HTTP status and the seconds to wait."""
        super().__init__(message, code=code)
        self.status = status
        self.retry_after = retry_after


class RequestRejectedError(RingCentralError):
    """RingCentral understood the request and refused it; repeating it is useless. ``status`` is the HTTP status."""

    def __init__(self, message: str, *, status: int, code: str | None = None) -> None:
        """Keep the HTTP status."""
        super().__init__(message, code=code)
        self.status = status


class WebhookUnusableError(RingCentralError):
    """RingCentral can't or won't post events to us; another way is needed meanwhile.

    ``cause`` is ``webhook_no_address``, ``webhook_refused``, ``webhook_blacklisted`` or ``webhook_no_token``. What may
    have to be fixed by hand need not be tried again at once: ``retry_after`` are the seconds to wait.
    """

    def __init__(self, message: str, *, cause: str, code: str | None = None, retry_after: float = 60.0) -> None:
        """Keep the cause and the seconds to wait."""
        super().__init__(message, code=code)
        self.cause = cause
        self.retry_after = retry_after


class PayloadError(RingCentralError):
    """A payload is not of the documented shape; the message says what and where, never the value."""
