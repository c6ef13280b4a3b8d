"""Regulation as dated, cited data (``<regime>/*.toml``) bound to small pure checks.

``load("hk").in_force(day, "coin")`` gives the rules; ``rule.judge(facts, day)`` and, for rules about holdings,
``judge_lines(rule, lines, day)`` give the judgements. The facts are listed in ``core.rulebook.facts``.
"""

from core.rulebook.book import BusinessDays, Circulation, Instrument, Rulebook
from core.rulebook.holdings import Alike, judge_lines, verdicts_of
from core.rulebook.loader import RulebookInvalid, load, regimes, verify
from core.rulebook.rules import Judgement, NotInForce, Rule, Verdict, Version, WrongFact

__all__ = [
    "Alike",
    "BusinessDays",
    "Circulation",
    "Instrument",
    "Judgement",
    "NotInForce",
    "Rule",
    "Rulebook",
    "RulebookInvalid",
    "Verdict",
    "Version",
    "WrongFact",
    "judge_lines",
    "load",
    "regimes",
    "verdicts_of",
    "verify",
]
