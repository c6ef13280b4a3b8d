"""The Atom feed of what changed in the register and on the warning list, in each language."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.downloads import published
from issuers.builders.changes import PublicChange, public_changes
from issuers.views.asked import on_a_day


class ChangesFeed(Feed):
    """Entries entered, changed, suspended and removed; warnings published and removed."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, as_at: date | None) -> list[PublicChange]:
        return public_changes(as_at)

    def title(self, obj: list[PublicChange]) -> str:
        return _("Changes in the register of licensed stablecoin issuers, and warnings")

    def subtitle(self, obj: list[PublicChange]) -> str:
        return _("Kept under section 21 of the Stablecoins Ordinance (Cap. 656).")

    def author_name(self, obj: list[PublicChange]) -> str:
        return _("Register of licensed stablecoin issuers")

    def link(self, obj: list[PublicChange]) -> str:
        return reverse("public:register")

    def feed_url(self, obj: list[PublicChange]) -> str:
        return reverse("public:changes_atom")

    def items(self, obj: list[PublicChange]) -> list[PublicChange]:
        return obj

    def item_title(self, item: Any) -> str:
        return item.title

    def item_description(self, item: PublicChange) -> str:
        return item.text

    def item_link(self, item: PublicChange) -> str:
        return item.address

    def item_pubdate(self, item: PublicChange) -> Any:
        return item.at

    def item_updateddate(self, item: PublicChange) -> Any:
        return item.at


FEED = ChangesFeed()


@login_not_required
@require_safe
@on_a_day
def changes_atom(request: HttpRequest, as_at: date | None) -> HttpResponse:
    """The newest changes; with a day, those up to its end in Hong Kong."""
    fed = FEED(request, as_at=as_at)
    newest = max((change.at for change in public_changes(as_at)[:1]), default=None)
    return published(request, fed.content, "application/atom+xml; charset=utf-8", changed_at=newest)
