"""The signed link with which somebody turns off one kind of optional mail without signing in."""

from __future__ import annotations

from django.conf import settings
from django.core import signing

SALT = "core.unsubscribing"
#: Stands in a rendered mail where its recipient's own link comes; as long as a link of the same kind would begin.
PLACEHOLDER = "https://link.invalid/unsubscribe/"


def unsubscribe_url(user_pk: int, notice: str, language: str) -> str:
    """Return the address of the page that turns this kind of mail off for this person; always the same one."""
    token = signing.Signer(salt=SALT).sign_object([user_pk, notice])
    return f"{settings.SITE_URL}/{language}/mail/off/{token}/"


def read_token(token: str) -> tuple[int, str] | None:
    """Return whose mail of which kind the link is about; None if nobody signed it."""
    try:
        user_pk, notice = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return user_pk, notice
