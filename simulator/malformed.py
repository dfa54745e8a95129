"""Ways to spoil a notification's text: what stands in the place of a good frame, or of a webhook's body."""

from collections.abc import Callable, Mapping
import json
from typing import Any

MALFORMED: dict[str, Callable[[str], str | bytes]] = {
    "not_json": lambda _: "<html>502 Bad Gateway</html>",
    "truncated": lambda text: text[: len(text) // 2],
    "empty": lambda _: "",
    "empty_array": lambda _: "[]",
    "object": lambda _: '{"type":"ServerNotification"}',
    "number": lambda _: "42",
    "null_meta": lambda _: "[null,null]",
    "no_type": lambda text: text.replace('"type":"ServerNotification",', "", 1),
    "unknown_type": lambda text: text.replace('"ServerNotification"', '"ServerSomething"', 1),
    "no_event": lambda text: _join(_split(text)[0]),
    "null_event": lambda text: _join(_split(text)[0], None),
    "event_without_body": lambda text: _with_event(text, lambda event: event.pop("body", None)),
    "wrong_types": lambda text: _with_body(text, {"extensionId": {"id": 1}, "activeCalls": "none", "sequence": "x"}),
    "null_calls": lambda text: _with_body(text, {"activeCalls": [None, 7]}),
    "unknown_words": lambda text: _with_body(text, {"telephonyStatus": "Levitating", "presenceStatus": "Elsewhere"}),
    "unknown_fields": lambda text: _with_body(text, {"newFieldOf2027": {"deep": [1, 2, 3]}}),
    "unknown_extension": lambda text: _with_body(text, {"extensionId": 1}),
    "huge": lambda text: _with_body(text, {"padding": "x" * 5_000_000}),
    "deep": lambda _: "[" * 20_000 + "]" * 20_000,
    "binary": lambda text: text.encode("utf-16"),
}


def _split(text: str) -> tuple[list[Any], Any]:
    """Return what stands before the event in a frame (nothing in a webhook's body), and the event."""
    content = json.loads(text)
    return ([content[0]], content[1]) if isinstance(content, list) else ([], content)


def _join(before: list[Any], *event: object) -> str:
    return json.dumps([*before, *event] if before else (event or ("",))[0])


def _with_event(text: str, change: Callable[[dict[str, Any]], object]) -> str:
    before, event = _split(text)
    change(event)
    return _join(before, event)


def _with_body(text: str, fields: Mapping[str, Any]) -> str:
    return _with_event(text, lambda event: event["body"].update(fields))
