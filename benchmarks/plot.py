"""Plots as SVG, both axes logarithmic: medians as lines, the spread as bars."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

_WIDTH, _HEIGHT = 720, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 190, 48, 52
_COLORS = ("#0b6bcb", "#6b7280", "#d97706", "#b91c1c", "#7c3aed", "#059669")
_FONT = 'font-family="system-ui, sans-serif" font-size="13"'
_CENTRED = 'text-anchor="middle"'
_TEXT, _GRID = "#1f2937", "#e5e7eb"


class Point(NamedTuple):
    """A median with its spread."""

    x: float
    low: float
    middle: float
    high: float


def plot(title: str, x_name: str, y_name: str, lines: Mapping[str, Sequence[Point]]) -> str:
    """Return a plot; values that are not above zero can't be shown."""
    points = [point for line in lines.values() for point in line]
    x_low, x_high = _decades([point.x for point in points])
    y_low, y_high = _decades([value for point in points for value in (point.low, point.high)])

    def x_of(value: float) -> float:
        return _LEFT + (log10(value) - x_low) / (x_high - x_low) * (_WIDTH - _LEFT - _RIGHT)

    def y_of(value: float) -> float:
        return _HEIGHT - _BOTTOM - (log10(value) - y_low) / (y_high - y_low) * (_HEIGHT - _TOP - _BOTTOM)

    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_FONT} fill="{_TEXT}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="26" font-size="16" font-weight="600">{escape(title)}</text>',
        f'<text x="{(_LEFT + right) / 2:.0f}" y="{_HEIGHT - 12}" {_CENTRED}>{escape(x_name)}</text>',
        f'<text transform="translate(18 {(_TOP + bottom) / 2:.0f}) rotate(-90)" {_CENTRED}>{escape(y_name)}</text>',
    ]
    for decade in range(x_low, x_high + 1):
        x = x_of(10**decade)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="{_GRID}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" {_CENTRED}>{10**decade:,g}</text>')
    for decade in range(y_low, y_high + 1):
        y = y_of(10**decade)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="{_GRID}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10**decade:,g}</text>')
    for place, (name, line) in enumerate(lines.items()):
        color = _COLORS[place % len(_COLORS)]
        path = " ".join(f"{x_of(point.x):.1f},{y_of(point.middle):.1f}" for point in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        for point in line:
            x = x_of(point.x)
            parts.append(f'<path d="M{x:.1f} {y_of(point.low):.1f}V{y_of(point.high):.1f}" stroke="{color}"/>')
            parts.append(f'<circle cx="{x:.1f}" cy="{y_of(point.middle):.1f}" r="3.5" fill="{color}"/>')
        y = _TOP + 14 + place * 22
        parts.append(f'<path d="M{right + 16} {y - 4}h18" stroke="{color}" stroke-width="3"/>')
        parts.append(f'<text x="{right + 42}" y="{y}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)
