"""Ways to spoil a payload: its bytes, and the values in it."""

import json
import random

from tests.samples import PAYLOADS

# Values that no field is made for.
ODD_VALUES = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**400,
    1e308,
    -0.0,
    float("nan"),
    float("inf"),
    "",
    " ",
    "0",
    "-1",
    "NaN",
    "\x00",
    "\ud800",
    "\u202emoc.elpmaxe",
    "🤙" * 50,
    "é" * 300,
    "<script>alert(1)</script>",
    "{{ states('sensor.x') }}",
    "../../etc/passwd",
    "2026-13-99T99:99:99Z",
    "9999-12-31T23:59:59.999999-23:59",
    "0001-01-01T00:00:00+23:59",
    "x" * 70_000,
    [],
    {},
    [None],
    [[]],
    {"": {}},
    [{}] * 300,
    {"id": {"id": {"id": 1}}},
)


def samples(*prefixes: str):
    """Return the payloads whose file names begin so, as they are in the files."""
    found = []
    for path in sorted(PAYLOADS.glob("*.json")):
        if path.name.startswith(prefixes):
            content = json.loads(path.read_text())
            found.extend(content if path.name.startswith("flow-") else [content])
    assert found, prefixes
    return found


def _nest(value, depth):
    for _ in range(depth):
        value = [value]
    return value


def _places(value, found, path=()):
    """Collect the places of a value: where something can be replaced."""
    found.append(path)
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        _places(inner, found, (*path, key))


def _inside(value, path):
    """Return what holds the place at the end of a path."""
    for key in path[:-1]:
        value = value[key]
    return value


class Mutator:
    """Spoils samples; all chance comes from the seed."""

    def __init__(self, seed: str, contents) -> None:
        self.random = random.Random(seed)
        self.contents = list(contents)

    def next(self) -> bytes:
        """Return a spoiled sample; now and then a good one."""
        chance = self.random.random()
        content = self.random.choice(self.contents)
        if chance < 0.02:
            return self._encode(content)
        if chance < 0.6:
            for _ in range(self.random.choice((1, 1, 1, 2, 4))):
                content = self._change(content)
            text = self._encode(content)
            return self._repeat_key(text) if self.random.random() < 0.1 else text
        data = bytearray(self._encode(content))
        for _ in range(self.random.choice((1, 1, 2, 8))):
            self._spoil(data)
        return bytes(data)

    def spoil_field(self, content, *start):
        """Spoil one field somewhere inside of the content, or of what is at the end of a path in it.

        Return where (from that start on), the content without it, and the bytes of the content with an odd value there.
        """
        places = []
        _places(_inside(content, (*start, None)), places)
        path = self.random.choice(places[1:])
        without, spoiled = json.loads(json.dumps(content)), json.loads(json.dumps(content))
        del _inside(without, (*start, *path))[path[-1]]
        _inside(spoiled, (*start, *path))[path[-1]] = self._odd()
        return path, without, self._encode(spoiled)

    def _encode(self, content) -> bytes:
        try:
            return json.dumps(content, ensure_ascii=self.random.random() < 0.5).encode("utf-8", "surrogatepass")
        except RecursionError:
            return b"[" * 5000 + b"]" * 5000

    def _change(self, content):
        """Return a copy with another value at some place, or without it."""
        places = []
        _places(content, places)
        path = self.random.choice(places)
        try:
            copied = json.loads(json.dumps(content))
        except RecursionError, ValueError:
            return self._odd()
        odd = self._odd()
        if not path:
            return odd
        inside = copied
        try:
            for key in path[:-1]:
                inside = inside[key]
            if self.random.random() < 0.15:
                del inside[path[-1]]
            else:
                inside[path[-1]] = odd
        except LookupError, TypeError:
            return odd
        return copied

    def _odd(self):
        if self.random.random() < 0.05:
            return _nest(1, self.random.choice((30, 300)))
        if self.random.random() < 0.2:
            return self.random.choice(self.contents)
        return self.random.choice(ODD_VALUES)

    def _repeat_key(self, text: bytes) -> bytes:
        """Return an object that may have some of its keys twice."""
        return b"{" + b'"body":7,"event":[],"uuid":{},"records":1,' + text[1:] if text[:1] == b"{" else text

    def _spoil(self, data: bytearray) -> None:
        size = len(data)
        if not size:
            return
        at = self.random.randrange(size)
        kind = self.random.randrange(7)
        if kind == 0:
            data[at] ^= 1 << self.random.randrange(8)
        elif kind == 1:
            del data[at:]
        elif kind == 2:
            del data[at : at + self.random.randrange(1, 40)]
        elif kind == 3:
            data[at:at] = self.random.randbytes(self.random.randrange(1, 9))
        elif kind == 4:
            data[at:at] = data[at : at + self.random.randrange(1, 200)]
        elif kind == 5:
            data[at:at] = self.random.choice(
                (b"\xff\xfe", b"\xed\xa0\x80", b"\\ud800", b"\x00", b"1e999999", b"[" * 3000)
            )
        else:
            data[at : at + 1] = self.random.choice((b'"', b"{", b"}", b"[", b"]", b",", b":", b"-", b"9" * 400))
