"""The template tags and filters from which every page is built; figures and dates are worded in core.wording."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import wording
from core.attribution import Attribution
from core.audit import sentence
from core.roles import Can

register = template.Library()

VERDICTS = {
    "met": (_("Met"), "good"),
    "breached": (_("Breached"), "bad"),
    "unknown": (_("Unknown"), "warn"),
}
GOOD = (
    "accepted active admitted approved clear complete done filed granted matched met paid resolved restored reviewed"
    " satisfied sent produced"
)
WARN = (
    "awaiting_information draft inflight late open overdue pending quarantined query queued recommended represented"
    " returned unknown"
    " noted missed uncertain"
)
BAD = "bounced breached differs failed hit no_data not_satisfied refused rejected revoked suspended incomplete missing"
INFO = (
    "answered engaged explained investigating new notified prepared received reconciled remediating reported"
    " submitted under_review with_committee"
)
STATE_TONES = {
    state: tone
    for tone, states in (("good", GOOD), ("warn", WARN), ("bad", BAD), ("info", INFO))
    for state in states.split()
}
ALERT_ICONS = {"bad": "alert-triangle", "warn": "alert-triangle", "good": "check", "info": "info-circle"}

register.filter("percent", wording.percent)
register.filter("points", wording.points)
register.filter("ratio8", wording.ratio8)
register.filter("hk_date", wording.hk_date)
register.filter("hk_datetime", wording.hk_datetime)
register.filter("due", wording.due)
register.filter("due_when", wording.due_when)
register.filter("due_distance", wording.due_distance)
register.filter("due_tone", wording.due_tone)
register.filter("duration", wording.duration)
register.filter("nodata", wording.no_data)
register.filter("digest", wording.short_digest)
register.filter("cite", wording.cite)
register.filter("org_name", wording.organisation_name)
register.filter("role_name", wording.role_name)
register.filter("html_language", wording.html_language)
register.filter("clauses", wording.clauses)
register.filter("enumerated", wording.enumerated)
register.filter("sentences", wording.sentences)


@register.filter
def money(value: Any, sign: str = "") -> str:
    """An amount with two decimals: ``{{ x|money }}``; ``{{ x|money:"+" }}`` also signs a gain."""
    return wording.amount(value, signed=sign == "+")


@register.filter
def millions(value: Any, sign: str = "") -> str:
    """An amount in millions with two decimals; the unit stands in the header or beside the figure."""
    return wording.amount(value, scale=6, signed=sign == "+")


@register.filter
def whole(value: Any) -> str:
    """A count with its digits grouped."""
    return wording.amount(value, places=0)


@register.filter
def share(value: Any, places: int = 1) -> str:
    """A part of a whole as a percentage with one decimal."""
    return wording.share(value, places=places)


@register.filter
def may(user: Any, permission: str) -> bool:
    """Whether the reader has the permission at all: ``{% if user|may:"application.review" %}``."""
    return bool(user.is_authenticated and user.can(Can(permission)))


@register.filter
def initials(name: str) -> str:
    """Two letters for the round badge: "Bo Chan" gives BC, "陳大文" gives 陳."""
    words = str(name).replace("@", " ").split()
    if not words:
        return ""
    if not words[0].isascii():
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "download" %}``: decoration, unless a label gives it a meaning of its own."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', spoken, static("icons.svg"), name)


@register.simple_tag
def tag(label: Any, tone: str = "") -> SafeString:
    """``{% tag _("High") "bad" %}``. Tones: good, warn, bad, info, line, solid (once per page)."""
    return format_html('<span class="{}">{}</span>', f"tag {tone}".strip(), label)


@register.simple_tag
def state(record: Any, label: Any = None) -> SafeString:
    """The tag of a record's status, or of a bare state with its label.

    ``{% state case %}``, ``{% state "differs" _("Differs") %}``.
    """
    if isinstance(record, str):
        return tag(label or record, STATE_TONES.get(record, ""))
    return tag(label or record.get_status_display(), STATE_TONES.get(record.status, ""))


@register.simple_tag
def verdict(value: str | None) -> SafeString:
    """The tag of a verdict; a missing one is unknown, never a pass."""
    label, tone = VERDICTS.get(str(value or "unknown"), VERDICTS["unknown"])
    return tag(label, tone)


@register.simple_tag
def due_cell(value: datetime | str | None) -> SafeString:
    """A deadline in two lines for a queue; put ``class="sla {{ x|due_tone }}"`` on its cell."""
    return format_html(
        '<span class="strong due {}">{}</span><span class="sub">{}</span>',
        wording.due_tone(value),
        wording.due_when(value),
        wording.due_distance(value),
    )


@register.simple_tag(takes_context=True)
def drawn(context: template.Context, name: str) -> SafeString:
    """``{% drawn "officer/rail.html" as rail_links %}``: what stands on a page more than once is drawn once."""
    assert context.template is not None
    with context.push():
        return context.template.engine.get_template(name).render(context)


@register.simple_tag(takes_context=True)
def rail_link(
    context: Mapping[str, Any], view: str, picture: str, label: Any, count: str = "", also: str = ""
) -> SafeString:
    """One link of a rail or of tabs, marked when its page or one of the views named in ``also`` is shown.

    A page has dozens of them, so that they are written here and are no template of their own.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    shown = match.view_name if match else ""
    rail = context.get("rail")
    number = rail.get(count) if rail and count else None
    current = "page" if shown == view else "true" if shown in also.split() else ""
    return format_html(
        '<li><a href="{}"{}>{}{}{}</a></li>',
        reverse(view),
        format_html(' aria-current="{}"', current) if current else "",
        icon(picture) if picture else "",
        label,
        "" if number is None else format_html(' <span class="n">{}</span>', number),
    )


@register.inclusion_tag("components/inbox_link.html", takes_context=True)
def inbox_link(context: Mapping[str, Any], url: str) -> dict:
    """The way to one's inbox with how many messages are not read, in the top bar."""
    rail, request = context.get("rail"), context.get("request")
    here = request is not None and request.path == url
    return {"url": url, "unread": rail.get("inbox") if rail else None, "here": here}


@register.simple_block_tag(end_name="endalert")
def alert(content: str, tone: str, title: Any = "", url: str = "", action: Any = "") -> SafeString:
    """``{% alert "bad" _("Below full backing") url=… action=_("Review breach") %}<p>…</p>{% endalert %}``."""
    heading = format_html("<h2>{}</h2>", title) if title else ""
    kind = "danger" if tone == "bad" else ""
    button = (
        format_html('<div class="actions"><a class="btn {}" href="{}">{}</a></div>', kind, url, action) if url else ""
    )
    return format_html(
        '<section class="alert {}"{}>{}<div class="text">{}{}</div>{}</section>',
        tone,
        format_html(' aria-label="{}"', title) if title else "",
        icon(ALERT_ICONS.get(tone, "info-circle")),
        heading,
        content,
        button,
    )


@register.simple_block_tag(end_name="endpanel")
def panel(
    content: str, title: Any, note: Any = "", url: str = "", more: Any = "", tags: str = "", anchor: str = ""
) -> SafeString:
    """A white panel with its head; wrap running text in ``<div class="body">``, put a table in as it is."""
    return format_html(
        '<section class="panel" aria-label="{}"{}><header><h2>{}</h2>{}{}{}</header>{}</section>',
        title,
        format_html(' id="{}"', anchor) if anchor else "",
        title,
        tags,
        format_html('<span class="note">{}</span>', note) if note else "",
        format_html('<a class="more" href="{}">{}</a>', url, more) if url else "",
        content,
    )


@register.simple_block_tag(end_name="endpagehead")
def pagehead(content: str, title: Any, meta: Any = "") -> SafeString:
    """The page's h1, a line that says as of when, and the actions as content."""
    return format_html(
        '<div class="pagehead"><div><h1>{}</h1>{}</div>{}</div>',
        title,
        format_html('<p class="meta">{}</p>', meta) if meta else "",
        format_html('<div class="actions">{}</div>', content) if content.strip() else "",
    )


@register.simple_block_tag(end_name="endkpis")
def kpis(content: str) -> SafeString:
    """The strip of key figures: one panel split by hairlines, filled with ``{% kpi %}``."""
    return format_html('<dl class="kpis">{}</dl>', content)


@register.inclusion_tag("components/kpi.html")
def kpi(
    label: Any,
    value: Any,
    unit: Any = "",
    note: Any = "",
    tone: str = "",
    url: str = "",
    badge: Any = "",
    picture: str = "",
) -> dict:
    """One key figure, already worded; ``tone`` bad, warn or nodata; ``picture`` is SVG, drawn below."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "note": note,
        "tone": tone,
        "url": url,
        "badge": badge,
        "picture": picture,
    }


@register.inclusion_tag("components/chart.html")
def chart(svg: str, caption: Any = "", headings: Sequence[Any] = (), rows: Iterable[Sequence[Any]] = ()) -> dict:
    """SVG with its caption and, behind "Show the figures", the table of the same figures."""
    return {"svg": svg, "caption": caption, "headings": headings, "rows": rows}


@register.inclusion_tag("components/crumbs.html")
def crumbs(*trail: Any) -> dict:
    """``{% crumbs url1 _("Reserves") url2 "LRHKD" _("22 November 2026") %}``: pairs, then the page itself."""
    return {"links": list(zip(trail[:-1:2], trail[1:-1:2], strict=True)), "here": trail[-1]}


@register.inclusion_tag("components/day_stepper.html")
def day_stepper(day: date | str, before: str = "", after: str = "") -> dict:
    """The day shown, with the addresses of the day before and the day after; an empty one is greyed."""
    return {"day": day, "before": before, "after": after}


@register.inclusion_tag("components/facts.html")
def facts(*pairs: Any) -> dict:
    """A definition list: label, value, label, value. A value of None says that there is no data."""
    return {"pairs": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("components/nothing.html")
def nothing(title: Any, text: Any = "", url: str = "", action: Any = "", picture: str = "inbox") -> dict:
    """What a list says when nothing is in it, and what would put something there."""
    return {"title": title, "text": text, "url": url, "action": action, "picture": picture}


@register.inclusion_tag("components/timeline.html", takes_context=True)
def timeline(context: Mapping[str, Any], events: Iterable[Any]) -> dict:
    """Audit events, newest first, as core.audit.timeline gives them; officers as the reader may know them."""
    names = _attribution(context)
    return {"events": [{"at": event.at, "text": sentence(event),
                        "by": names.name(event.actor_id, event.actor_label, event.at)} for event in events]}


@register.simple_tag(takes_context=True)
def by_whom(context: Mapping[str, Any], user_id: int | None, label: str, at: datetime | None = None) -> str:
    """Who did something, as the reader may know: ``{% by_whom note.author_id note.author_label note.written_at %}``."""
    return _attribution(context).name(user_id, label, at)


@register.simple_tag(takes_context=True)
def people_listed(context: Mapping[str, Any], names: str) -> str:
    """Names that somebody wrote one after another, officers as the reader may know them."""
    return _attribution(context).text(names)


def _attribution(context: Mapping[str, Any]) -> Attribution:
    return context.get("attribution") or Attribution(context.get("user"))


@register.inclusion_tag("components/problems.html")
def problems(found: Sequence[Any], total: int | None = None) -> dict:
    """Everything wrong with an uploaded file: row and column as the spreadsheet has them, value, rule and remedy."""
    return {"problems": found, "total": len(found) if total is None else total, "shown": len(found)}


@register.inclusion_tag("components/receipt.html")
def receipt(title: Any, reference: Any, at: datetime, by: Any, digest: str, text: Any = "", filename: str = "") -> dict:
    """Proof that something was received: reference, time, who, SHA-256."""
    return {
        "title": title,
        "reference": reference,
        "at": at,
        "by": by,
        "digest": digest,
        "text": text,
        "filename": filename,
    }


@register.inclusion_tag("components/views.html")
def saved_views(views: Iterable[tuple[Any, str, int | None, bool]], label: Any = "") -> dict:
    """Tabs over a queue: label, address, count, whether it is the one shown."""
    return {"views": views, "label": label or gettext("Saved views")}
