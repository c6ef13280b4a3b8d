"""What a file that was sent over the API is answered with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.serializers import Receipt
from core.models import FeedFile

#: A file that waits for a worker is answered 202; one that was replaced since is only shown, 200.
STATUS_CODES = {
    FeedFile.Status.ACCEPTED: 201,
    FeedFile.Status.RECEIVED: 202,
    FeedFile.Status.QUARANTINED: 202,
    FeedFile.Status.SUPERSEDED: 200,
    FeedFile.Status.REFUSED: 422,
}


def receipt_answer(request: Request, feed_file: FeedFile) -> Response:
    """Answer with the receipt; a refused file is answered with its problems and the receipt."""
    receipt = Receipt(feed_file, context={"request": request}).data
    code = STATUS_CODES[FeedFile.Status(feed_file.status)]
    if code != 422:
        return Response(receipt, status=code, headers={"Location": receipt["url"]})
    body: dict[str, Any] = {
        "code": "feed_refused",
        "message": _("The file is refused."),
        "problems": receipt["problems"],
        "problem_count": receipt["problem_count"],
        "receipt": receipt,
    }
    return Response(body, status=code, headers={"Location": receipt["url"]})
