"""The header Idempotency-Key: a caller that lost the answer repeats the request, and it is done once.

The key is written down before the work starts and the answer after it ended. A repeat that finds no
answer yet does the work again, which is safe: what the API starts is itself done once per content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.errors import Refused
from core.models import ApiKey, IdempotencyKey

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(days=7)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def answer_once(request: Request, content: str, act: Callable[[], Response]) -> Response:
    """Answer with what ``act`` returns, or with what it returned under the same key before.

    ``content`` is a digest of what the request holds; with the address it says what is asked.

    Raises:
        Refused: the key was used for another request (code ``idempotency_key_reused``).
        ValidationError: the key is not 1 to 200 visible ASCII characters.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not _KEY.fullmatch(key):
        raise ValidationError({HEADER: [_("Send 1 to 200 visible ASCII characters without spaces.")]})
    fingerprint = hashlib.sha256(f"{request.method} {request.path} {content}".encode()).hexdigest()
    kept = _reserve(request.user, key, fingerprint)
    if kept.fingerprint != fingerprint:
        raise Refused(
            _("This Idempotency-Key was used for another request. Choose a new key."), code="idempotency_key_reused"
        )
    if kept.status_code is None:
        answer = act()
        _keep(kept, answer)
        return answer
    headers = {"Location": kept.location} if kept.location else {}
    return Response(kept.body, status=kept.status_code, headers={**headers, "Idempotency-Replayed": "true"})


@transaction.atomic
def _reserve(holder: ApiKey, key: str, fingerprint: str) -> IdempotencyKey:
    IdempotencyKey.objects.filter(used_at__lt=clock.now() - KEPT_FOR).delete()
    return IdempotencyKey.objects.get_or_create(holder=holder, key=key, defaults={"fingerprint": fingerprint})[0]


def _keep(kept: IdempotencyKey, answer: Response) -> None:
    IdempotencyKey.objects.filter(pk=kept.pk, status_code=None).update(
        status_code=answer.status_code, location=answer.headers.get("Location", ""), body=answer.data
    )
