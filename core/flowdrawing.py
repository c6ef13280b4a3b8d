"""Who sent to whom, drawn: one party in the middle with those before and after it, or the steps of one way.

Labels and amounts arrive as text in the reader's language; a table beside the drawing carries the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core import svg
from core.svg import AXIS, INK, LINE, TONES

BOX, HIGH, GAP = 168, 34, 12


@dataclass(frozen=True, slots=True)
class Party:
    """One box: who, what stands under the name, and its tone ("bad" for one on a list)."""

    label: str
    under: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """What one neighbour sent or received; ``share`` of the largest, from 0 to 1, is how thick its line is."""

    party: Party
    amount: str
    share: float


def neighbours(
    centre: Party, incoming: Sequence[Flow], outgoing: Sequence[Flow], *, title: str, desc: str = "", width: int = 720
) -> str:
    """Draw the senders on the left, the party in the middle, the receivers on the right."""
    rows = max(len(incoming), len(outgoing), 1)
    height = rows * (HIGH + GAP) + GAP
    middle_x, middle_y = (width - BOX) / 2, height / 2
    marks: list[str] = []
    for flows, at, edge, port, place in (
        (incoming, 0.0, float(BOX), middle_x, "start"), (outgoing, float(width - BOX), float(width - BOX),
                                                         middle_x + BOX, "end"),
    ):
        top = (height - len(flows) * (HIGH + GAP) + GAP) / 2
        for index, flow in enumerate(flows):
            y = top + index * (HIGH + GAP)
            marks.append(_edge(edge, y + HIGH / 2, port, middle_y, flow))
            marks += _box(at, y, flow.party)
            nudge = 6 if place == "start" else -6
            marks.append(svg.text(edge + nudge, y + HIGH / 2 - 5, flow.amount, 10.5, anchor=place, fill=INK,
                                  cls="c-val"))
    marks += _box(middle_x, middle_y - HIGH / 2, centre)
    return svg.drawing(width, height, title, desc, marks, "chart flow")


def way(parties: Sequence[Party], amounts: Sequence[str], *, title: str, desc: str = "", width: int = 720) -> str:
    """Draw the parties of one way from left to right, what moved above each arrow, in rows where one is not enough.

    Raises:
        ValueError: there is not one amount for each step.
    """
    if len(amounts) != len(parties) - 1:
        raise ValueError(f"{len(parties)} parties have {len(parties) - 1} steps, not {len(amounts)}")
    step = BOX + 96
    fit = max(1, int((width - BOX) // step) + 1)
    marks: list[str] = []
    for index, party in enumerate(parties):
        row, column = divmod(index, fit)
        x, y = column * step, GAP + row * (HIGH + 2 * GAP)
        marks += _box(x, y, party)
        if index < len(amounts):
            marks.append(svg.line(x + BOX + 2, y + HIGH / 2, x + step - 3, y + HIGH / 2, "c-axis", AXIS, width=1.5))
            marks.append(svg.text(x + step - 2, y + HIGH / 2 + 4, "›", 13, anchor="end"))
            marks.append(svg.text(x + BOX + 48, y + HIGH / 2 - 6, amounts[index], 10.5, anchor="middle", fill=INK,
                                  cls="c-val"))
    height = GAP + (-(-len(parties) // fit)) * (HIGH + 2 * GAP)
    return svg.drawing(width, height, title, desc, marks, "chart flow")


def _box(x: float, y: float, party: Party) -> list[str]:
    tone = f" {party.tone}" if party.tone else ""
    edge = svg.rect(x, y, 3, HIGH, f"c-bar{tone}", TONES[party.tone])
    name_at = y + (14 if party.under else HIGH / 2 + 4)
    marks = [svg.rect(x, y, BOX, HIGH, "c-track", LINE, radius=3), edge,
             svg.text(x + 10, name_at, party.label, 11, fill=INK, weight=600, cls="c-name")]
    if party.under:
        marks.append(svg.text(x + 10, y + 27, party.under, 10))
    return marks


def _edge(x1: float, y1: float, x2: float, y2: float, flow: Flow) -> str:
    tone = flow.party.tone
    stroke, kind = (TONES[tone], f"c-rule {tone}") if tone else (AXIS, "c-axis")
    return svg.line(x1, y1, x2, y2, kind, stroke, width=round(1 + 4 * min(max(flow.share, 0), 1), 1))
