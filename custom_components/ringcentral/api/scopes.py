"""What a token's scope says about what may be asked for."""

from collections.abc import Iterable

from .auth import is_permitted
from .models import Token

# Without one of these, nothing works, so that a scope without both is spelled in a way that is not known: no captured
# scope has the names of permissions (belief 36).
_ALWAYS_THERE = ("ReadPresence", "ReadAccounts")


def may_have(token: Token | None, permissions: Iterable[str]) -> bool:
    """Return whether a token has one of some application permissions, or may have since its scope says nothing."""
    is_legible = any(is_permitted(token, one) for one in _ALWAYS_THERE)
    return not is_legible or any(is_permitted(token, one) for one in permissions)
