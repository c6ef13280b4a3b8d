"""The words of verifying the archive of an inspection pack: what it is, and its files beside the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import wording
from reports.builders.inspection_pack import INDEX, MANIFEST
from reports.verification import Check, Member

STATES: dict[str, Any] = {
    "same": gettext_lazy("As listed"), "differs": gettext_lazy("Changed"), "added": gettext_lazy("Not in the list"),
    "missing": gettext_lazy("Missing"),
}
#: Files that a sentence names; a page lists so many more.
MOST_NAMED, MOST_SHOWN = 3, 500
#: Whoever made an archive may have given its files names of any length.
LONGEST = 200


def title() -> str:
    """Return the title of the question about the files."""
    return _("Files in the archive")


def archive_check(state: str) -> Check:
    """Say whether it is an archive with an index: ``read``, ``no_index`` or ``unreadable``."""
    said = {
        "read": _("It is an archive with an index, which is what is signed and lists the other files."),
        "no_index": _("There is no whole %(index)s in this archive: it is none of our packs, or its index is gone.")
        % {"index": INDEX},
        "unreadable": _("This archive is damaged, or made so that it cannot be read within safe limits."),
    }
    return Check("archive", _("An evidence pack"), state == "read", said[state])


def index_check(reference: str, said: str, *, manifest_whole: bool, same: bool) -> Check:
    """Say whether the index and the facts beside it are of one pack."""
    names = {"index": INDEX, "manifest": MANIFEST, "reference": reference, "said": said}
    if same:
        return Check("index", _("Index"), True,
                     _("The index is that of this pack: %(manifest)s beside it says the same.") % names)
    if not reference:
        return Check("index", _("Index"), False, _(
            "%(index)s carries no facts of a report, and %(manifest)s says that this is %(said)s: the index was "
            "swapped.") % names)
    if reference != said:
        return Check("index", _("Index"), False, _(
            "%(index)s is of %(reference)s, and %(manifest)s says that this is %(said)s: one of them was put in from "
            "elsewhere.") % names)
    if manifest_whole:
        return Check("index", _("Index"), False,
                     _("The facts in %(index)s are not those of the pack %(said)s.") % names)
    return Check("index", _("Index"), False, _("%(manifest)s does not say what the pack %(said)s says.") % names)


def members_check(members: Sequence[Member]) -> Check:
    """Say whether the files in the archive are those that the index lists, and name those that are not."""
    faults = [sentence for sentence in (
        _named(members, "differs", _("Changed: %(names)s.")), _named(members, "missing", _("Missing: %(names)s.")),
        _named(members, "added", _("Not in the list: %(names)s."))) if sentence]
    if faults:
        return Check("members", title(), False, wording.sentences(faults))
    return Check("members", title(), True, ngettext(
        "The one file beside the index is as listed.", "All %(count)d files beside the index are as listed.",
        len(members)) % {"count": len(members)})


def listed_check(members: Sequence[Member]) -> Check:
    """Say of an index without its archive how many files it lists, and whether these are those of the pack."""
    if all(each.holds for each in members):
        return Check("members", title(), True, ngettext(
            "It lists %(count)d file, as stored. Show the whole archive to have the file itself compared.",
            "It lists %(count)d files, as stored. Show the whole archive to have the files themselves compared.",
            len(members)) % {"count": len(members)})
    return members_check(members)


def member_rows(members: Sequence[Member]) -> dict[str, Any] | None:
    """Return the files as a page lists them, those that are not as listed first; None where there are none."""
    if not members:
        return None
    ordered = sorted(members, key=lambda each: each.holds)
    return {
        "rows": [{"name": each.name[:LONGEST], "holds": each.holds, "state": STATES[each.state]}
                 for each in ordered[:MOST_SHOWN]],
        "count": len(members), "more": max(0, len(members) - MOST_SHOWN),
    }


def _named(members: Sequence[Member], state: str, sentence: str) -> str:
    names = [each.name for each in members if each.state == state]
    if not names:
        return ""
    shown, rest = [name[:LONGEST] for name in names[:MOST_NAMED]], len(names) - MOST_NAMED
    if rest > 0:
        shown.append(ngettext("%(count)d more", "%(count)d more", rest) % {"count": rest})
    return sentence % {"names": wording.enumerated(shown)}
