"""What a token's scope says about what may be asked for."""

from collections.abc import Iterable

from .account import Token

# Without one of these, nothing works, so that a scope without both is spelled in a way that is not known: no captured
# scope has the names of permissions (belief 36).
_ALWAYS_THERE = ("ReadPresence", "ReadAccounts")


def may_have(token: Token | None, permissions: Iterable[str]) -> bool:
    """Return whether a token has one of some application permissions, or may have since its scope says nothing."""
    is_legible = any(is_permitted(token, one) for one in _ALWAYS_THERE)
    return not is_legible or any(is_permitted(token, one) for one in permissions)


def is_permitted(token: Token | None, permission: str) -> bool:
    """Return whether a token's scope has an application permission, as ``EditPresence``; without a scope it may.

    No captured scope has permissions' names (fixtures have placeholders), so they are compared without case, blanks and
    punctuation, and as a part of the whole: what is in no word of the scope at all is missing.
    """
    scope = _plain(token.scope) if token is not None else ""
    return not scope or _plain(permission) in scope


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
