"""The ids of devices and entities in Home Assistant's registries.

All begin with the login's extension, since two logins may watch the same one.
"""

from homeassistant.helpers.device_registry import AnyDeviceEntry

from .const import DOMAIN

# Stands in the place of an extension's id.
_ACCOUNT = "account"


def account_identifier(login_id: str) -> tuple[str, str]:
    """Return the identifier of the account's device."""
    return extension_identifier(login_id, _ACCOUNT)


def extension_identifier(login_id: str, extension_id: str) -> tuple[str, str]:
    """Return the identifier of an extension's device."""
    return DOMAIN, f"{login_id}-{extension_id}"


def account_unique_id(login_id: str, key: str) -> str:
    """Return the unique id of an entity of the account's device."""
    return f"{login_id}-{key}"


def extension_unique_id(login_id: str, extension_id: str, key: str) -> str:
    """Return the unique id of an entity of an extension's device."""
    return f"{login_id}-{extension_id}-{key}"


def extension_of(device: AnyDeviceEntry) -> str | None:
    """Return the id of the extension whose device it is; ``None`` for the account's, and for those of others."""
    # Those of others have one part, three, or whatever they like.
    for identifier in device.identifiers:
        if identifier[0] == DOMAIN:
            extension_id = identifier[1].partition("-")[2]
            return extension_id if extension_id != _ACCOUNT else None
    return None


def split_unique_id(unique_id: str) -> tuple[str, str] | None:
    """Return the extension and the key of an entity; ``None`` for one of the account."""
    parts = unique_id.split("-")
    return (parts[1], parts[2]) if len(parts) == 3 else None
