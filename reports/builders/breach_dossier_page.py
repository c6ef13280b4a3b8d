"""What the dossier on a breach prints: its frozen facts as rows and sentences, in the active language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import audit, wording
from core.models import AuditEvent, Case, Message
from core.models.cases import CaseNote
from core.rulebook.facts import FACTS
from issuers.events import EVENTS
from issuers.models import Breach, IssuerFact
from reports.builders import labels
from reports.builders.annexes import left_out
from reports.builders.measures import measured_and_required, not_known, value_text
from reports.builders.rows import sender_name
from reserves.models import Break, BreakNote, ReserveDay

TITLE_ZH = "違規卷宗"
SHOWN_EXCEPTIONS = 10

Facts = Mapping[str, Any]


def printed(frozen: Facts) -> dict[str, Any]:
    """Return the context of ``pdf/breach_dossier.html``, besides what every document prints."""
    tables, matter = frozen["tables"], frozen["breach"]
    return {
        "title": _("Breach dossier"), "title_zh": TITLE_ZH, "subject_line": matter["case"],
        "rule_title": rule_title(frozen["rule"]), "headline": _headline(frozen),
        "state": Breach.Status(matter["status"]).label, "risk": Case.Risk(matter["risk"]).label,
        "judged": [_judged(each, frozen["currency"]) for each in frozen["judged"]],
        "stated": [_stated(each, frozen["currency"]) for each in frozen["stated"]],
        "figures": [_figures(each) for each in frozen["figures"]],
        "lines": [_line(row) for row in tables["lines"]["rows"]],
        "days": [_day(row) for row in tables["days"]["rows"]],
        "files": [{**each, "label": labels.FEEDS.get(each["feed"], each["feed"]),
                   "from": sender_name(frozen["senders"], each["sender"])} for each in frozen["files"]],
        "breaks": [_break(each) for each in frozen["breaks"]],
        "notes": [{**each, "audience_label": CaseNote.Audience(each["audience"]).label} for each in frozen["notes"]],
        "letters": [{**each, "state_label": Message.Status(each["state"]).label} for each in frozen["letters"]],
        "filed": [
            {**each, "title": _(EVENTS[each["kind"]].title) if each["kind"] in EVENTS else each["kind"]}
            for each in frozen["filed"]
        ],
        "timeline": [happened(row) for row in tables["timeline"]["rows"]],
        "left_out": left_out(frozen),
    }


def rule_title(rule: Mapping[str, str]) -> str:
    language = (get_language() or "en").replace("-", "_")
    return rule.get(f"title_{language}") or rule["title_en"]


def _headline(frozen: Facts) -> dict[str, str]:
    matter = frozen["breach"]
    first, last = (wording.hk_date(matter[name]) for name in ("first_as_of", "last_as_of"))
    sentences = [
        _("Found on %(day)s.") % {"day": first} if first == last
        else _("Found on %(first)s, and last on %(last)s.") % {"first": first, "last": last}
    ]
    if matter["notified_at"]:
        sentences.append(
            _("The issuer notified it on %(at)s.") % {"at": wording.hk_datetime(matter["notified_at"], "short")})
    else:
        sentences.append(_("The issuer has not notified it."))
    if matter["status"] == Breach.Status.CLOSED:
        return {"title": _("The breach is closed"), "tone": "good", "text": wording.sentences(sentences)}
    due = matter["due_at"]
    if due and datetime.fromisoformat(due) < datetime.fromisoformat(frozen["dated_at"]):
        sentences.append(_("The deadline passed on %(at)s.") % {"at": wording.hk_datetime(due, "short")})
    elif due:
        sentences.append(_("The deadline is %(at)s.") % {"at": wording.hk_datetime(due, "short")})
    return {"title": _("The breach stands"), "tone": "bad", "text": wording.sentences(sentences)}


def _judged(each: Mapping[str, Any], currency: str) -> dict[str, Any]:
    measured, required = measured_and_required(each, currency)
    label, tone = labels.VERDICTS[each["verdict"]]
    facts = [
        (_(FACTS[name].meaning), value_text(name, value, currency))
        for name, value in (each["facts"] or {}).items() if name in FACTS
    ]
    lines = [
        {"line": row["line"], "label": labels.VERDICTS[row["verdict"]][0], "tone": labels.VERDICTS[row["verdict"]][1],
         "observed": wording.clauses(
             _("%(fact)s: %(value)s") % {"fact": labels.LINE_FACTS.get(name, name),
                                         "value": value_text(name, value, currency)}
             for name, value in row["observed"].items() if name in FACTS)}
        for row in each["exceptions"][:SHOWN_EXCEPTIONS]
    ]
    return {
        **each, "measured": measured, "needed": required, "label": label, "tone": tone, "not_known": not_known(each),
        "facts_read": facts, "lines": lines, "more": each["exception_count"] - len(lines),
    }


def _stated(each: Mapping[str, Any], currency: str) -> dict[str, Any]:
    name = each["fact"]
    return {
        **each, "meaning": _(FACTS[name].meaning) if name in FACTS else name,
        "shown": value_text(name, each["value"], currency) if name in FACTS else each["value"],
        "origin_label": IssuerFact.Origin(each["origin"]).label,
    }


def _figures(each: Mapping[str, Any]) -> dict[str, Any]:
    label, tone = labels.VERDICTS[each["verdict"]]
    return {
        **each, "label": label, "tone": tone, "market": wording.amount(each["reserve_market_value"]),
        "par": wording.amount(each["circulation"]), "ratio": wording.percent(each["backing_ratio"]),
        "over": wording.amount(each["surplus"], signed=True),
    }


def _line(row: Sequence[Any]) -> dict[str, Any]:
    day, figure, amount, currency, account, description, file, _sheet, number, sha256 = row
    return {
        "day": day, "figure": {
            "market_value": _("Market value"), "total_supply": _("Total supply"), "unissued": _("Unissued"),
            "frozen": _("Frozen"), "pending_redemption": _("Awaiting redemption"),
        }[figure],
        "amount": wording.amount(amount), "currency": currency, "account": account, "description": description,
        "file": file, "row": number, "sha256": sha256,
    }


def _day(row: Sequence[Any]) -> dict[str, Any]:
    day, version, state, market, par, ratio, over, verdict, judged_at, sha256 = row
    label, tone = labels.VERDICTS[verdict or "unknown"]
    return {
        "day": day, "version": version, "state": ReserveDay.Status(state).label, "market": wording.amount(market),
        "par": wording.amount(par), "ratio": wording.percent(ratio), "over": wording.amount(over, signed=True),
        "label": label, "tone": tone, "judged_at": judged_at, "sha256": sha256,
    }


def _break(each: Mapping[str, Any]) -> dict[str, Any]:
    cause = labels.CHAIN_CAUSES.get((each["cause"], each["comparison"]))
    return {
        **each, "cause_label": cause or labels.BREAK_CAUSES.get(each["cause"], each["cause"]),
        "state": Break.Status(each["status"]).label, "amount": wording.amount(each["difference"], signed=True),
        "notes": [{**note, "title": BreakNote.Kind(note["kind"]).label} for note in each["notes"]],
    }


def happened(row: Sequence[Any]) -> dict[str, Any]:
    """Return one row of the timeline as a sentence with who did it."""
    at, kind, what, target, data, by = row
    if kind == "act":
        event = AuditEvent(verb=what, target_label=target, data=json.loads(data))
        return {"at": at, "text": audit.sentence(event) if what in audit.VERBS else what, "by": by}
    if kind == "day":
        words = {"day": wording.hk_date(data), "version": target, "verdict": labels.VERDICTS[what or "unknown"][0]}
        return {"at": at, "text": _("judged %(day)s, version %(version)s: %(verdict)s") % words, "by": "Assay"}
    return {"at": at, "text": _("wrote to %(name)s: “%(title)s”") % {"name": data, "title": what}, "by": "Assay"}
