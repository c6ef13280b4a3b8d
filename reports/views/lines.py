"""Where a figure of a day comes from: its lines with their files, as a page, as CSV, and each file as it was sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core import blobs, wording
from core.access import require, visible_or_404
from core.downloads import csv_text
from core.models import FeedFile
from core.roles import Can
from core.rulebook import load
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reports.builders import break_page
from reports.views.days import read_day
from reserves import selectors
from reserves.models import Break, ReserveDay
from reserves.selectors import lines as reading
from reserves.selectors.breaks import breaks_for
from reserves.selectors.day_files import calendar_on

PER_PAGE = 100
TITLES: dict[str, Any] = {
    "holdings": gettext_lazy("Lines of the holdings"),
    "ledger": gettext_lazy("Lines of the books"),
    "supply": gettext_lazy("Lines of the token supply"),
}
MEDIA_TYPES = {
    "csv": "text/csv", "xml": "application/xml", "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Asked:
    """What is asked for: which table of which version of which day, filtered by what, of which break."""

    def __init__(self, request: HttpRequest, symbol: str, as_of: str) -> None:
        self.user = request.user
        self.coin: Coin = visible_or_404(coins_for(self.user), self.user, symbol=symbol)
        require(self.user, Can.VIEW_RESERVES, self.coin)
        version = request.GET.get("version", "")
        number = int(version) if version.isdecimal() and len(version) < 9 else None
        day = selectors.day(self.coin, read_day(as_of), number)
        if day is None or not day.digest:
            raise Http404
        self.day: ReserveDay = day
        self.of = request.GET.get("of", "holdings")
        if self.of not in reading.KINDS:
            raise Http404
        given = {name: request.GET[name][:200].replace("\x00", "") for name in reading.KINDS[self.of].filters
                 if request.GET.get(name)}
        self.filters = given
        self.standing = self._break(request.GET.get("break", ""))
        self.lines = reading.lines_of(day, self.of, given, self._keys())
        self.query = {"of": self.of, **({"version": version} if version else {}),
                      **({"break": self.standing.reference} if self.standing else {})}

    def _break(self, reference: str) -> Break | None:
        if not reference:
            return None
        return visible_or_404(breaks_for(self.user).filter(coin=self.coin), self.user, reference=reference)

    def _keys(self) -> list[int] | None:
        if self.standing is None:
            return None
        calendar = calendar_on(load(), self.day.as_of)
        found = reading.lines_of_break(self.standing, self.day, self.coin, calendar)
        return found.get(self.of) if found is not None else []

    def address(self, **more: str) -> str:
        """Return the query of this page with other filters."""
        return f"?{urlencode(self.query | self.filters | more)}"

    def without(self, name: str) -> str:
        """Return the query of this page without one of its filters."""
        return f"?{urlencode(self.query | {each: said for each, said in self.filters.items() if each != name})}"


@require_safe
def line_list(request: HttpRequest, symbol: str, as_of: str) -> HttpResponse:
    """The lines of a figure."""
    asked = Asked(request, symbol, as_of)
    page = Paginator(asked.lines.rows, PER_PAGE)
    page.count = asked.lines.number  # known already
    shown, columns = page.get_page(request.GET.get("page")), asked.lines.kind.columns
    context = portal_frame(request.user, asked.coin) | {
        "day": asked.day, "of": asked.of, "title_text": TITLES[asked.of], "page": shown, "standing": asked.standing,
        "tabs": [(TITLES[name], f"?{urlencode(asked.query | {'of': name})}", None, name == asked.of)
                 for name in reading.KINDS],
        "count": asked.lines.number, "before_sum": columns.index(asked.lines.kind.amount),
        "after_sum": len(columns) - columns.index(asked.lines.kind.amount) - 1,
        "sums": [(code, wording.amount(total)) for code, total in asked.lines.sums],
        "headings": [(break_page.COLUMNS[name], name in break_page.AMOUNTS) for name in columns],
        "rows": [(row, _cells(row, columns)) for row in shown],
        "filters": [(break_page.COLUMNS[name], break_page.cell(name, said), asked.without(name))
                    for name, said in asked.filters.items()],
        "totals": _totals(asked), "csv": request.GET.urlencode(), "here": asked.address(),
        "feed_file_url": f"{request.resolver_match.namespace}:feed_file",
    }
    return render(request, f"{request.resolver_match.namespace}/lines.html", context)


def _cells(row: Any, columns: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return each value with the class of its cell."""
    return [
        (break_page.cell(name, getattr(row, name)),
         "num" if name in break_page.AMOUNTS else "nowrap" if name in break_page.UNBROKEN
         else "roomy" if name == "description" else "")
        for name in columns
    ]


def _totals(asked: Asked) -> list[dict[str, Any]]:
    return [
        {"label": break_page.COLUMNS[name],
         "rows": [(break_page.cell(name, said), asked.address(**{name: said}), count, wording.amount(total))
                  for said, count, total in found]}
        for name, found in reading.totals_of(asked.lines)
    ]


@require_safe
def lines_csv(request: HttpRequest, symbol: str, as_of: str) -> HttpResponse:
    """The same lines, all of them, for a spreadsheet."""
    asked = Asked(request, symbol, as_of)
    columns = asked.lines.kind.columns
    head = ("file", "sender", "sha256", "line", *columns)
    rows = ((row.file.filename, row.file.sender.slug, row.file.sha256, row.line,
             *(getattr(row, name) for name in columns)) for row in asked.lines.rows.iterator(2000))
    answer = HttpResponse(csv_text([head, *rows]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{asked.coin.symbol}-{asked.day.as_of}-{asked.of}.csv"'
    return answer


@require_safe
def original(request: HttpRequest, pk: int) -> FileResponse:
    """A file as it was sent, byte for byte."""
    file = visible_or_404(FeedFile, request.user, pk=pk)
    require(request.user, Can.VIEW_RESERVES, file)
    ending = file.filename.rpartition(".")[2].lower()
    return FileResponse(blobs.path_of(file.sha256).open("rb"), as_attachment=True, filename=file.filename or _("file"),
                        content_type=MEDIA_TYPES.get(ending, "application/octet-stream"))
