"""What every chart is made of: SVG marks, limits and the round ticks of an axis.

Geometry and colour are presentation attributes (no style attribute, no style element), so a strict
content security policy, WeasyPrint and resvg all honour them. Every mark carries a class as well, so
that the web stylesheet can recolour it for the dark scheme. ``role="img"`` with title and desc holds
the text alternative; the page puts a table of the same figures beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

INK, INK_2, LINE, AXIS, BRAND = "#16222d", "#4b5966", "#e1e6ea", "#9aa6b1", "#0b4a66"
FONT = "Inter, 'Noto Sans HK', 'Noto Sans SC', sans-serif"
MINUS = "\u2212"
TONES = {"": BRAND, "bad": "#b3261e", "warn": "#8a5a00", "good": "#0f6b4a", "base": "#8a94a0"}
BANDS = {"bad": "#fbe9e7", "warn": "#fdf3dc"}


@dataclass(frozen=True)
class Limit:
    """A horizontal line with its label: tone "bad" for what the law requires, "warn" for a buffer above it."""

    value: float
    label: str
    tone: str = "bad"


def coordinate(value: Decimal) -> float:
    """An exact figure as a place on a drawing, which is the only use it is good for."""
    return float(value)


def text_width(label: str, size: float = 11) -> float:
    """About how wide a semi-bold label is: a Latin letter is 0.6 of its size, a Chinese one the whole."""
    return sum(0.6 if character.isascii() else 1.02 for character in label) * size


def scale(values: Iterable[float], count: int = 5) -> list[float]:
    """Round axis ticks that enclose every value, about ``count`` steps of 1, 2, 2.5 or 5 times a power of ten."""
    known = [float(v) for v in values]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if high - low < 1e-9 * max(abs(high), 1):
        half = max(abs(high) * 0.005, 0.5) if high else 0.5
        low, high = low - (half if low else 0), high + half
    rough = (high - low) / count
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * index, 10) for index in range(first, last + 1)]


def tick_label(value: float, ticks: Sequence[float]) -> str:
    step = ticks[1] - ticks[0]
    places = 0 if step >= 1 and step == int(step) else max(1, -math.floor(math.log10(step) + 1e-9))
    if places and round(step, places) != round(step, 10):
        places += 1
    return f"{value:,.{places}f}".replace("-", MINUS)


def num(value: float) -> str:
    """A coordinate with one decimal at most."""
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def text(
    x: float,
    y: float,
    label: str,
    size: float = 11,
    anchor: str = "start",
    fill: str = INK_2,
    weight: int = 400,
    cls: str = "c-lab",
) -> str:
    return (
        f'<text class="{cls}" x="{num(x)}" y="{num(y)}" font-family="{FONT}" font-size="{size}" '
        f'font-weight="{weight}" text-anchor="{anchor}" fill="{fill}">{escape(str(label))}</text>'
    )


def rect(
    x: float, y: float, width: float, height: float, cls: str, fill: str, *, radius: float = 0, hint: str = ""
) -> str:
    rounded = f' rx="{radius}"' if radius else ""
    title = f"<title>{escape(hint)}</title>" if hint else ""
    return (
        f'<rect class="{cls}" x="{num(x)}" y="{num(y)}" width="{num(max(width, 0))}" height="{num(max(height, 0))}"'
        f'{rounded} fill="{fill}">{title}</rect>'
    )


def line(x1: float, y1: float, x2: float, y2: float, cls: str, stroke: str, *, width: float = 1, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line class="{cls}" x1="{num(x1)}" y1="{num(y1)}" x2="{num(x2)}" y2="{num(y2)}" stroke="{stroke}" '
        f'stroke-width="{width}"{dashed}/>'
    )


def circle(x: float, y: float, radius: float, cls: str, fill: str) -> str:
    return f'<circle class="{cls}" cx="{num(x)}" cy="{num(y)}" r="{radius}" fill="{fill}"/>'


def path(dots: Sequence[tuple[float, float]], width: float) -> str:
    route = "L".join(f"{num(x)} {num(y)}" for x, y in dots)
    return (
        f'<path class="c-line" d="M{route}" fill="none" stroke="{BRAND}" stroke-width="{width}" '
        'stroke-linejoin="round"/>'
    )


def drawing(
    width: float,
    height: float,
    title: str,
    desc: str,
    marks: Iterable[str],
    cls: str = "chart",
    *,
    stretch: bool = False,
) -> str:
    described = f"<desc>{escape(desc)}</desc>" if desc else ""
    fill = ' preserveAspectRatio="none"' if stretch else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{cls}" viewBox="0 0 {num(width)} {num(height)}" '
        f'width="{num(width)}" height="{num(height)}" role="img"{fill}><title>{escape(title)}</title>{described}'
        f"{''.join(marks)}</svg>"
    )
