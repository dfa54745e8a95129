"""The bytes in which a notification travels."""

from simulator.events import Notification, compact


def frame_of(notification: Notification) -> str:
    """Return the frame that brings a notification."""
    meta = {
        "type": "ServerNotification",
        "messageId": notification.uuid,
        "status": 200,
        "headers": {"RCRequestId": notification.uuid},
    }
    return f"[{compact(meta)},{notification.text}]"


def on_the_wire(text: str) -> bytes:
    """Return a text message as a server sends it (RFC 6455: one unmasked frame)."""
    payload = text.encode()
    size = len(payload)
    length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2) if size < 65536 else b"\x7f" + size.to_bytes(8)
    return b"\x81" + length + payload
