"""A version of the algorithm that has produced a decision is never edited."""

from __future__ import annotations

from importlib.metadata import version

from aml.matching.versions import ALGORITHM, VERSIONS, fingerprint


def test_the_version_is_what_it_was():
    """If this fails, a score may have moved: add a version to ``VERSIONS``, and leave those before it as they are."""
    assert fingerprint() == VERSIONS[ALGORITHM], "the code or the tables of the matching changed; so must its version"


def test_versions_are_numbered_in_order_and_none_repeats_another():
    assert [int(name.removeprefix("names/")) for name in VERSIONS] == list(range(1, len(VERSIONS) + 1))
    assert len(set(VERSIONS.values())) == len(VERSIONS)


def test_its_libraries_are_those_that_it_was_made_with():
    assert {name: version(name) for name in ("rapidfuzz", "anyascii")} == {"rapidfuzz": "3.14.6", "anyascii": "0.3.3"}
