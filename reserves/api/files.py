"""Endpoints for files: send one, look at its receipt, list them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core import feeds
from core.access import not_permitted, visible_or_404
from core.api.endpoints import SYMBOL, Endpoint, in_path
from core.api.idempotency import answer_once
from core.api.pages import page
from core.api.schema import BINARY, IDEMPOTENCY, described, paged
from core.api.serializers import Receipt, ReceiptLine, Refusal, RefusedFile
from core.api.uploads import DISPOSITION, PARSERS, RAW_PARSERS, fingerprint, sent_form
from core.models import FeedFile
from core.roles import Can
from reserves.api.answers import receipt_answer
from reserves.api.serializers import FileForm, FileQuery, FileStatements
from reserves.selectors.senders import coins_to_send_for, may_send
from reserves.services.intake import parse_now_or_later, receive_file
from reserves.tasks import nudge_days_of

TAG = _("Files")


def files_for(request: Request) -> QuerySet[FeedFile]:
    """Return the files that the caller may see."""
    return FeedFile.objects.visible_to(request.user).select_related("blob", "sender")


class SendFile(Endpoint):
    """Files of one feed about one coin."""

    parser_classes = PARSERS
    query = FileStatements

    @described(
        "files_send",
        TAG,
        _("Send a file"),
        Receipt,
        query=FileStatements,
        parameters=(SYMBOL, in_path("feed", _("Name of the feed")), IDEMPOTENCY, DISPOSITION),
        request={"multipart/form-data": FileForm, **{parser.media_type: BINARY for parser in RAW_PARSERS}},
        answers={201: Receipt, 202: Receipt, 409: Refusal, 415: Refusal, 422: RefusedFile},
        description=_(
            "201: accepted. 422: refused, with all problems. 202: large, will be read soon, or held as implausible "
            "until an officer decides or a corrected file takes its place; poll the receipt."
        ),
    )
    def post(self, request: Request, symbol: str, feed: str) -> Response:
        coin = coins_to_send_for(request.user).filter(symbol=symbol).first()
        if coin is None or feed not in feeds.FEEDS:
            raise Http404
        if not may_send(request.user, coin, feed):
            raise not_permitted(Can.SEND_FEEDS)
        sent = sent_form(request)
        form = FileForm(data=sent, context={"coin": coin, "feed": feed, "actor": request.user})
        form.is_valid(raise_exception=True)
        file = form.validated_data.pop("file")
        raw = file.read()

        def take() -> Response:
            stated = {"filename": file.name, "actor": request.user, **form.validated_data}
            feed_file = parse_now_or_later(receive_file(coin, feed, raw, **stated))
            nudge_days_of(feed_file)
            return receipt_answer(request, feed_file)

        return answer_once(request, fingerprint({**sent, "file": file.name}, raw), take)


class Files(Endpoint):
    """All files, newest first."""

    query = FileQuery

    @described("files_list", TAG, _("List files"), paged(ReceiptLine), query=FileQuery)
    def get(self, request: Request) -> Response:
        wanted = self.wanted(coin="subject", feed="feed", state="status", as_of="as_of")
        return page(request, files_for(request).filter(**wanted).defer("problems"), ReceiptLine, self.asked)


class File(Endpoint):
    """One file."""

    @described("files_receipt", TAG, _("Read the receipt of a file"), Receipt)
    def get(self, request: Request, pk: int) -> Response:
        feed_file = visible_or_404(files_for(request), request.user, pk=pk)
        return Response(Receipt(feed_file, context={"request": request}).data)
