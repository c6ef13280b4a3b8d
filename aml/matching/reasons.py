"""The account of a comparison as one line of a file: which token met which, and how."""

from __future__ import annotations

from typing import Any

HOW = {
    "same": "same",
    "one_name": "one name",
    "short_form": "short form",
    "initial": "initial",
    "sound": "sounds alike",
    "spelling": "spelling",
    "consonants": "consonants",
    "joined": "joined",
    "acronym": "acronym",
    "characters": "characters",
    "pinyin": "pinyin",
    "wade_giles": "Wade-Giles",
    "tongyong": "Tongyong",
    "jyutping": "Jyutping",
    "hong_kong": "Hong Kong spelling",
    "macau": "Macau spelling",
    "korean": "Korean reading",
    "beside": "stands beside",
}


def why(explanation: dict[str, Any]) -> str:
    """Return the account as one line: ``usama ~ osama (one name 0.9700); bin ~ bin (same)``."""
    met, ours, theirs = [], [], []
    for token in explanation["name"]["tokens"]:
        if not token["query"]:
            theirs.append(token["listed"])
        elif not token["listed"]:
            ours.append(token["query"])
        elif token["how"] == "different":
            met.append(f"{token['query']} ≠ {token['listed']}")
        else:
            score = "" if token["score"] == "1.0000" else f" {token['score']}"
            met.append(f"{token['query']} ~ {token['listed']} ({HOW[token['how']]}{score})")
    said = ["; ".join(met) or "nothing in common"]
    if ours:
        said.append("only in the first: " + " ".join(ours))
    if theirs:
        said.append("only in the second: " + " ".join(theirs))
    said += [
        f"{part['part'].replace('_', ' ')} {part['says']} ({part['gives']})"
        for part in explanation["parts"]
        if part["part"] != "name" and part["says"] != "missing"
    ]
    return "; ".join(said)
