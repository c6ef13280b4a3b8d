"""What the frame of a signed document says: who signed it, when, for what, and that it is no proof by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from core import wording


def lines(*, name: str, at: datetime, title: str, reference: str, demonstration: bool) -> list[str]:
    """Return the sentences of the frame, in the active language."""
    said = [
        _("Signed by %(name)s") % {"name": name},
        _("%(at)s, Hong Kong time") % {"at": wording.hk_datetime(at)},
        _("For: %(title)s, %(reference)s") % {"title": title, "reference": reference},
        _("This frame is no proof by itself: check the signature in the file."),
    ]
    if demonstration:
        said.append(_("The certificate is a demonstration's: nobody vouches for it."))
    return said
