"""Sign-in: people are invited, nobody signs up; each lands on the site that is theirs."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import clock, outbox
from core.models import Organisation, User


class Adapter(DefaultAccountAdapter):
    """What allauth asks of us."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        return reverse(landing_of(request.user))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Leave the mail to the outbox: nobody waits for a mail server, and what was sent stays on record.

        An address that is nobody's gets nothing, and the page does not say so.
        """
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            return
        mail = self.render_mail(template_prefix, email, context)
        outbox.enqueue_rendered(
            template_prefix, to=user, subject=mail.subject, text=str(mail.body),
            html=format_html("<!doctype html><html><body>{}</body></html>", _paragraphs(str(mail.body))),
            key=f"{user.pk}:{clock.now().isoformat()}",
        )


def _paragraphs(text: str) -> SafeString:
    """Return the text as paragraphs of HTML; whatever it says is escaped."""
    return format_html_join("", "<p>{}</p>", ((part,) for part in text.split("\n\n") if part.strip()))


def landing_of(user) -> str:
    """Return the name of the page that a person's memberships lead to."""
    kinds = {membership.organisation.kind for membership in user.current_memberships}
    if Organisation.Kind.AUTHORITY in kinds:
        return "officer:home"
    if kinds == {Organisation.Kind.AUDITOR}:
        return "portal:engagements"
    return "portal:home" if kinds else "public:register"
