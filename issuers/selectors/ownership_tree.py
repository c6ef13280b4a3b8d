"""The ownership chart as a tree, from the issuer up to the people at the top, for a page to draw."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from issuers.models import Shareholding
from issuers.ownership import ISSUER, Cover, percent_text
from issuers.selectors.persons import Behind, People


@dataclass(slots=True)
class Node:
    """One line of the ownership tree: a holding, who has it, and the holdings in that body below."""

    holding: Shareholding
    behind: Behind
    below: list[Node] = field(default_factory=list)
    cover: Cover | None = None
    repeated: bool = False  # the holdings in this body stand elsewhere in the tree already

    @property
    def percent(self) -> str:
        return self.holding.percent

    @property
    def gap(self) -> str:
        """What nobody has of this body, or "" where nobody was entered, or everything is explained."""
        return percent_text(self.cover.gap) if self.cover and self.cover.gap and not self.repeated else ""


def tree_of(people: People) -> list[Node]:
    """Return the ownership chart from the issuer up: who holds it, who holds those; each body is unfolded once."""
    rows = {row.person.pk: row for row in people.rows}
    held: dict[int | None, list[Shareholding]] = defaultdict(list)
    for holding in people.holdings:
        held[holding.held_id].append(holding)
    unfolded: set[int] = set()

    def branch(body: int | None) -> list[Node]:
        nodes = []
        for holding in held[body]:
            node = Node(holding, rows[holding.holder_id], cover=people.ownership.covers.get(holding.holder_id))
            node.repeated = holding.holder_id in unfolded and bool(held[holding.holder_id])
            if not node.repeated:
                unfolded.add(holding.holder_id)
                node.below = branch(holding.holder_id)
            nodes.append(node)
        return nodes

    return branch(ISSUER)
