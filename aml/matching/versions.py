"""Which version of the algorithm this is, and from which score on two names count as one."""

from __future__ import annotations

#: Stands in every screening and every hit. A version that has produced a decision is never edited: what changes a score
#: is another version.
ALGORITHM = "names/1"
#: At or above it, a name is a hit. Chosen on half of the labelled pairs, held against the other half.
THRESHOLD = 0.75
