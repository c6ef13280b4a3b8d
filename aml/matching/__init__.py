"""Names compared and searched: pure, versioned, and with an account of every score.

Whoever uses it says ``from aml.matching import NameIndex, Query``; the modules behind are one version of the algorithm
(``versions``).
"""

from __future__ import annotations

from aml.matching.comparing import Comparison, compare
from aml.matching.index import Listed, Match, NameIndex, Query, Searched
from aml.matching.reasons import why
from aml.matching.versions import ALGORITHM, THRESHOLD

__all__ = [
    "ALGORITHM",
    "THRESHOLD",
    "Comparison",
    "Listed",
    "Match",
    "NameIndex",
    "Query",
    "Searched",
    "compare",
    "why",
]
