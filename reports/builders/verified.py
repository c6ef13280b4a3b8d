"""The words of a verification: a sentence for each thing that was checked, and a label for each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core import pdfproof, wording
from reports.builders import labels
from reports.builders.archive_words import STATES as MEMBER_STATES
from reports.verification import MISSING, Check, Figure, Path, Verdict

ADDED: dict[str, Any] = {
    "attachment": gettext_lazy("an attached file"), "page": gettext_lazy("what its pages show"),
    "signature": gettext_lazy("another signature"), "annotation": gettext_lazy("a field or a note"),
    "validation": gettext_lazy("data for checking signatures"), "metadata": gettext_lazy("what it says of itself"),
    "catalog": gettext_lazy("its table of contents"), "other": gettext_lazy("other parts"),
}
STATES: dict[str, Any] = {
    "same": gettext_lazy("As stored"), "differs": gettext_lazy("Differs"),
    "added": gettext_lazy("Only in the file"), "missing": gettext_lazy("Missing in the file"),
    "source": gettext_lazy("Changed since in the data"),
}
#: Figures of one part that a page lists; those that differ come first.
MOST_SHOWN = 500
#: What programs change with whatever else they change.
ALSO_CHANGED = ("catalog", "metadata", "other")
SECTIONS: dict[str, Any] = {
    "composition": gettext_lazy("Composition"), "comparisons": gettext_lazy("Comparisons"),
    "breaks": gettext_lazy("Breaks"), "findings": gettext_lazy("Rules"), "inputs": gettext_lazy("Files"),
    "issuer_findings": gettext_lazy("Rules on the issuer"), "history": gettext_lazy("History of the backing ratio"),
    "ladder": gettext_lazy("Maturities"), "issuer": gettext_lazy("Issuer"), "senders": gettext_lazy("Senders"),
    "supply": gettext_lazy("Token supply"), "rulebook": gettext_lazy("Rulebook"),
    "missing": gettext_lazy("Missing files"),
    "lines": gettext_lazy("Lines"), "members": gettext_lazy("Files in the archive"),
    "prudent": gettext_lazy("Prudent valuation"), "previous": gettext_lazy("Day before"),
    "liquidity": gettext_lazy("Liquidity"), "waterfall": gettext_lazy("Change since the day before"),
    "concentration": gettext_lazy("Concentration"), "circulation_basis": gettext_lazy("How circulation is counted"),
    "ineligible_by_reason": gettext_lazy("Not eligible, by reason"),
}
NAMES: dict[str, Any] = {
    **SECTIONS, **labels.ASSET_CLASSES, **labels.LADDER, **labels.FEEDS,
    **{name: words[0] for name, words in labels.COMPARISONS.items()},
    "market_value": gettext_lazy("Market value"), "reserve_market_value": gettext_lazy("Market value of the reserve"),
    "eligible_value": gettext_lazy("Eligible value"), "eligible_reserve": gettext_lazy("Eligible reserve"),
    "circulation": gettext_lazy("Coins in circulation"), "backing_ratio": gettext_lazy("Backing ratio"),
    "surplus": gettext_lazy("Surplus"), "verdict": gettext_lazy("Verdict"), "share": gettext_lazy("Share"),
    "change": gettext_lazy("Change"), "as_of": gettext_lazy("Day"), "version": gettext_lazy("Version"),
    "coin": gettext_lazy("Coin"), "currency": gettext_lazy("Currency"), "reference": gettext_lazy("Reference"),
    "digest": gettext_lazy("Digest"), "left": gettext_lazy("Left side"), "right": gettext_lazy("Right side"),
    "difference": gettext_lazy("Difference"), "state": gettext_lazy("State"), "observed": gettext_lazy("Observed"),
    "required": gettext_lazy("Required"), "cite": gettext_lazy("Provision"), "title": gettext_lazy("Title"),
    "filename": gettext_lazy("File"), "sha256": gettext_lazy("Digest of the file"), "sender": gettext_lazy("Sender"),
    "received_at": gettext_lazy("Received"), "rows": gettext_lazy("Rows"), "schema": gettext_lazy("Form of the data"),
    "judged_at": gettext_lazy("Judged"), "total_supply": gettext_lazy("Total supply"),
    "result": pgettext_lazy("report", "Account of the day"),
}


def label_of(path: Path) -> str:
    """Return where a figure stands, in words: "Composition, Cash, Market value"."""
    steps = path[1:] if path[0] == "result" and len(path) > 1 else path
    return wording.enumerated(_step(step) for step in steps)


def _step(step: str) -> str:
    name = step[1:-1] if step.startswith("[") else step
    if name in NAMES:
        return str(NAMES[name])
    return name if step.startswith("[") else name.replace("_", " ").capitalize()


def sections_of(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Return the figures by the part of the report that they belong to, with how many differ."""
    parts: dict[str, list[Figure]] = {}
    for figure in figures:
        parts.setdefault(figure.section, []).append(figure)
    return [_part(name, each) for name, each in sorted(parts.items(), key=lambda part: part[0] != "")]


def rows_of(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Return figures as rows of a table, no more than a page lists."""
    return [_row(figure) for figure in figures[:MOST_SHOWN]]


def _part(name: str, figures: Sequence[Figure]) -> dict[str, Any]:
    wrong = [figure for figure in figures if not figure.holds]
    shown = rows_of([*wrong, *(figure for figure in figures if figure.holds)])
    return {
        "title": _step(name) if name else _("Main figures"), "count": len(figures), "wrong": len(wrong),
        "more": len(figures) - len(shown), "rows": shown,
    }


def _row(figure: Figure) -> dict[str, Any]:
    return {
        "label": label_of(figure.path), "holds": figure.holds, "state": STATES[figure.state],
        "shown": value_text(figure.shown), "stored": value_text(figure.stored),
        "source": "" if figure.state != "source" else value_text(figure.source),
    }


def value_text(value: Any) -> str:
    """Return a figure as it stands in the data."""
    if value is MISSING or value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if not isinstance(value, dict | list) else _("empty")


def document_check(state: str, facts: Sequence[Mapping[str, Any]], known_by_bytes: bool) -> Check:
    """Say whether it is a PDF that carries the facts of one report."""
    title = _("A report of the authority")
    if state == pdfproof.NOT_PDF:
        return Check("document", title, False, _("This file is not a PDF."))
    if state == pdfproof.LOCKED:
        return Check("document", title, False, _("This PDF opens with a password only. No report of ours does."))
    if state == pdfproof.UNREADABLE:
        return Check("document", title, False,
                     _("This PDF is damaged, or made so that it cannot be read within safe limits."))
    if len(facts) > 1:
        return Check("document", title, False, _("More than one file with the facts of a report is attached."))
    if not facts:
        return Check("document", title, False, _(
            "The file with the facts, which was attached to this report, is gone.") if known_by_bytes else _(
            "No facts of a report are attached: it is somebody else's document, or the attached file was removed."))
    return Check("document", title, True, _("It says that it is report %(reference)s.")
                 % {"reference": facts[0]["data"]["reference"][:60]})


def printed_check(is_printed: bool) -> Check:
    """Say whether the pages print the digest of the attached facts."""
    return Check("printed", _("Digest on its pages"), is_printed, _(
        "The digest printed on its pages is that of the attached facts.") if is_printed else _(
        "The attached facts do not have the digest that its pages print."))


def signature_checks(
    found: Sequence[Mapping[str, Any]], *, issued_signed: bool | None, identical: bool, has_roots: bool,
) -> list[Check]:
    """Say of each signature whether it holds; ``issued_signed`` is None where no report is known."""
    title = _("Signature")
    if not found:
        if issued_signed:
            return [Check("signature", title, False, _("This copy is not signed. The report that was issued is."))]
        if identical:
            return [Check("signature", title, True, _("It is not signed, as it was issued."))]
        return [Check("signature", title, None, _("It is not signed, so no signature says who made it."))]
    return [_signature(each, title, identical=identical, has_roots=has_roots) for each in found]


def _signature(each: Mapping[str, Any], title: str, *, identical: bool, has_roots: bool) -> Check:
    said = {"signer": each["signer"][:120] or _("an unknown signer"), "time": _time(each["stated_time"])}
    if not each["intact"]:
        return Check("signature", title, False, _(
            "The signature of %(signer)s does not hold: what it covers was changed after it was signed.") % said)
    if each["trusted"]:
        return Check("signature", title, True, _(
            "Signed by %(signer)s, whose certificate is the authority's. Its own clock said %(time)s.") % said)
    if identical:
        return Check("signature", title, True, _(
            "It is the signature of %(signer)s with which the report was issued. Its own clock said %(time)s.") % said)
    if each["trusted_then"]:
        return Check("signature", title, None, _(
            "Signed by %(signer)s with a certificate of the authority that has expired since. It was valid at the time "
            "that the signature states, %(time)s.") % said)
    if not has_roots:
        return Check("signature", title, None, _(
            "The signature of %(signer)s is whole. No certificate of the authority is on file here, so whose it is "
            "cannot be said.") % said)
    return Check("signature", title, False, _(
        "It is signed by %(signer)s, and that signature does not lead to a certificate of the authority.") % said)


def added_check(found: Sequence[Mapping[str, Any]], added: Sequence[str], *, identical: bool) -> Check | None:
    """Say whether something stands after the signature, or after the end of an unsigned report, and what."""
    title = _("Additions")
    last = next((each for each in found[::-1] if each["trusted"] or each["trusted_then"]), found[-1] if found else None)
    kinds = last["added"] if last else added
    if identical:
        return Check("added", title, True, _("Nothing was added to it after it was issued."))
    if last and not last["covers_all"] or kinds:
        telling = [kind for kind in kinds if kind not in ALSO_CHANGED] or kinds or ["other"]
        named = wording.enumerated(str(ADDED[kind]) for kind in telling)
        return Check("added", title, False, (_("After the signature was added or replaced: %(kinds)s.") if last else _(
            "After its end was added or replaced: %(kinds)s.")) % {"kinds": named})
    return Check("added", title, True, _("Nothing stands after the signature.")) if last else None


def facts_check(run: Any | None, agree: bool) -> Check:
    """Say whether the attached facts are those that were frozen."""
    title = _("Facts")
    if run is None:
        return Check("facts", title, False, _("The facts in this file are not those of any report that we issued."))
    if agree:
        return Check("facts", title, True, _("The attached facts are those that were frozen on %(time)s.")
                     % {"time": wording.hk_datetime(run.frozen_at)})
    return Check("facts", title, False, _("The attached facts are not those that were frozen for %(reference)s.")
                 % {"reference": run.reference})


def bytes_check(document: Any | None, *, identical: bool, has_documents: bool, language: str) -> Check:
    """Say whether the bytes are ours."""
    title, said = _("Bytes"), {"language": language}
    if document is not None and identical:
        return Check("bytes", title, True,
                     _("It is byte for byte the document in %(language)s that was issued.") % said)
    if document is not None:
        return Check("bytes", title, True, _(
            "Up to what was added at its end, it is byte for byte the document in %(language)s that we rendered.")
            % said)
    if not has_documents:
        return Check("bytes", title, None,
                     _("No document of this report was rendered yet that it could be compared to."))
    return Check("bytes", title, False, _("Its bytes are not those of the document that we rendered, in any language."))


def audit_check(proof: Mapping[str, Any] | None, problems: Sequence[str], *, recorded: bool) -> Check:
    """Say whether the audit log proves that the facts were frozen."""
    title = _("Audit log")
    if not recorded:
        return Check("audit", title, False, _("The audit log has no record that these facts were frozen."))
    if proof is None:
        return Check("audit", title, None, _(
            "That these facts were frozen is recorded and not sealed yet. The log is sealed every minute."))
    said = {"number": proof["seal"]["number"], "time": _time(proof["seal"]["sealed_at"])}
    if problems:
        return Check("audit", title, False, _("The audit log no longer proves what seal %(number)d holds.") % said)
    return Check("audit", title, True, _(
        "That these facts were frozen is in seal %(number)d of the audit log, of %(time)s. The proof holds.") % said)


def figures_check(figures: Sequence[Figure]) -> Check:
    """Say how many figures of the file are those that are stored."""
    title = _("Figures")
    wrong = sum(figure.state in ("differs", "added", "missing") for figure in figures)
    if wrong:
        return Check("figures", title, False, ngettext(
            "%(wrong)d of %(all)d figures is not as it is stored.", "%(wrong)d of %(all)d figures are not as stored.",
            wrong) % {"wrong": wrong, "all": len(figures)})
    return Check("figures", title, True, ngettext(
        "The one figure is as stored.", "All %(all)d figures are as stored.", len(figures)) % {"all": len(figures)})


def source_check(*, facts_whole: bool, day: bool | None, wrong: int) -> Check:
    """Say whether the stored facts are still those that were frozen, and those of the data that they came from.

    ``day`` says whether there is an account of a reserve day to compare with, whole or not; None: none is expected.
    """
    title = _("Where they came from")
    if not facts_whole:
        return Check("source", title, False, _("The stored facts were changed after they were frozen."))
    if day is None:
        return Check("source", title, True, _("The stored facts still have the digest with which they were frozen."))
    if not day or wrong:
        return Check("source", title, False, _(
            "The account of the reserve day that this report was made from is gone, or was changed since.") if not wrong
            else ngettext("%(wrong)d figure of the reserve day is no longer as it was reported.",
                          "%(wrong)d figures of the reserve day are no longer as they were reported.", wrong)
            % {"wrong": wrong})
    return Check("source", title, True, _(
        "The stored facts have the digest with which they were frozen, and the account of the reserve day says the "
        "same."))


def version_check(state: str, note: str, *, may_know: bool) -> Check:
    """Say whether the report still stands: ``current``, ``replaced``, ``withdrawn`` or ``draft``.

    Which version replaced it, and why it was withdrawn, is said only to who may know.
    """
    title = _("Version")
    if state == "current":
        return Check("version", title, True, _("It is the version that stands."))
    if state == "draft":
        return Check("version", title, False, _("It is a draft that was not issued."))
    if may_know and note:
        return Check("version", title, False, _("It was withdrawn: %(note)s.") % {"note": note.rstrip(".。")})
    return Check("version", title, False, _("A later version replaced it.") if state == "replaced" else _(
        "It was withdrawn and no longer stands."))


def _time(text: str | None) -> str:
    return wording.hk_datetime(datetime.fromisoformat(text)) if text else _("no time")


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict as programs read it; of figures that agree the number is enough."""
    return {
        "holds": verdict.holds, "reference": verdict.reference,
        "checks": [{"code": each.code, "holds": each.holds, "title": each.title, "sentence": each.sentence}
                   for each in verdict.checks],
        "figures": len(verdict.figures),
        "differing": [
            {"path": "/".join(each.path), "label": label_of(each.path), "state": each.state,
             "shown": value_text(each.shown), "stored": value_text(each.stored),
             "source": None if each.source is MISSING else value_text(each.source)}
            for each in verdict.differing
        ],
        "members": len(verdict.members),
        "wrong_members": [{"name": each.name, "state": each.state, "label": str(MEMBER_STATES[each.state])}
                          for each in verdict.wrong_members],
    }
