"""Endpoints for messages on a case: the thread, writing to the other side, the files."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import FileResponse, Http404, QueryDict
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core import blobs, cases, correspondence
from core.access import require, visible_or_404
from core.api.endpoints import Endpoint, in_path
from core.api.idempotency import HEADER, answer_once
from core.api.pages import PageQuery, Query, page
from core.api.schema import IDEMPOTENCY, described, paged
from core.api.serializers import Refusal
from core.api.uploads import fingerprint
from core.attribution import Attribution
from core.models import Case, CaseEnclosure, CaseNote
from core.roles import Can
from core.uploads import CheckedFile, check_document, refuse_long_body

TAG = _("Cases")
REFERENCE = in_path("reference", _("Reference of the case"), pattern=r"^[A-Z]{2,4}-[0-9]{4}-[0-9]{4,}$")
FILE = in_path("id", _("Id of the file"), OpenApiTypes.INT64)


class EnclosureShape(serializers.ModelSerializer):
    """A file that went with a message."""

    sha256 = serializers.CharField(source="blob_id")
    size = serializers.IntegerField(source="blob.size", help_text=_("Bytes"))
    url = serializers.SerializerMethodField(help_text=_("Where it is downloaded"))

    class Meta:
        model = CaseEnclosure
        fields = ["id", "filename", "media_type", "sha256", "size", "url"]

    def get_url(self, enclosure: CaseEnclosure) -> str:
        return reverse("api:case_file", [self.context["reference"], enclosure.pk], request=self.context["request"])


class MessageShape(serializers.ModelSerializer):
    """One message on a case; once sent it does not change."""

    sent_by = serializers.SerializerMethodField(help_text=_("Whose message it is: issuer or authority"))
    author = serializers.SerializerMethodField(help_text=_("An officer is named to issuers by the part they play"))
    read_at = serializers.SerializerMethodField(help_text=_("When the other side first opened it; null: not yet"))
    files = serializers.SerializerMethodField()

    class Meta:
        model = CaseNote
        fields = ["id", "sent_by", "author", "text", "written_at", "answer_by", "read_at", "files"]
        read_only_fields = fields
        extra_kwargs = {"answer_by": {"help_text": _("By when the authority asked for an answer")}}

    def get_sent_by(self, note: CaseNote) -> str:
        return "issuer" if note.from_issuer else "authority"

    def get_author(self, note: CaseNote) -> str:
        request = self.context["request"]
        if not hasattr(request, "attribution"):
            request.attribution = Attribution(request.user)
        return request.attribution.name(note.author_id, note.author_label, note.written_at)

    def get_read_at(self, note: CaseNote) -> str | None:
        reading = getattr(note, "reading", None)
        return reading and serializers.DateTimeField().to_representation(reading.read_at)

    def get_files(self, note: CaseNote) -> list[dict[str, Any]]:
        context = self.context | {"reference": self.context["request"].parser_context["kwargs"]["reference"]}
        return EnclosureShape(note.enclosures.all(), many=True, context=context).data


class MessageBody(Query):
    """What is said, as JSON or as a form with up to ten files under ``file``."""

    text = serializers.CharField(max_length=correspondence.LONGEST)
    answer_by = serializers.DateField(required=False, allow_null=True, help_text=_("Officers only"))
    file = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False,
                                 help_text=_("PDF, Word, Excel, PNG or JPEG"))


def _case(request: Request, reference: str, permission: Can = Can.VIEW_CASES) -> Case:
    case = visible_or_404(cases.cases_for(request.user), request.user, reference=reference)
    require(request.user, permission, case)
    return case


class Messages(Endpoint):
    """The messages of a case."""

    parser_classes = [JSONParser, MultiPartParser]
    query = PageQuery

    @described("messages_list", TAG, _("List the messages of a case"), paged(MessageShape), query=PageQuery,
               parameters=(REFERENCE,),
               description=_("Oldest first. That a program lists them does not count as read."))
    def get(self, request: Request, reference: str) -> Response:
        return page(request, correspondence.thread_of(_case(request, reference)), MessageShape, self.asked)

    @described(
        "messages_send", TAG, _("Send a message on a case"), None, request=MessageBody,
        parameters=(REFERENCE, IDEMPOTENCY), answers={201: MessageShape, 409: Refusal, 415: Refusal},
        description=_("409 on a case that is closed, or of which the issuer may not know. Under one Idempotency-Key"
                      " there is one message, also when two requests arrive at once."),
    )
    def post(self, request: Request, reference: str) -> Response:
        case = _case(request, reference, Can.WRITE_MESSAGES)
        refuse_long_body(request.headers.get("Content-Length"))
        form = MessageBody(data=_sent(request))
        form.is_valid(raise_exception=True)
        said = form.validated_data
        files = [check_document(each.read(), each.name) for each in said.get("file", [])]

        def send() -> Response:
            note = correspondence.send_message(
                case, text=said["text"], answer_by=said.get("answer_by"), files=files, actor=request.user,
                key=request.headers.get(HEADER, ""),
            )
            shown = correspondence.thread_of(case).get(pk=note.pk)
            return Response(MessageShape(shown, context={"request": request}).data, status=201)

        stated = {"text": said["text"], "answer_by": said.get("answer_by")}
        return answer_once(request, fingerprint(stated, _digests(files)), send)


def _sent(request: Request) -> dict[str, Any]:
    """Return the fields of the form or of the JSON object; of files all that were sent, not only the last."""
    if not isinstance(request.data, QueryDict):
        return request.data
    fields = {name: value for name, value in request.data.dict().items() if name != "file"}
    return fields | ({"file": request.data.getlist("file")} if "file" in request.data else {})


def _digests(files: list[CheckedFile]) -> bytes:
    return b"".join(hashlib.sha256(file.raw).digest() for file in files)


class MessageFile(Endpoint):
    """A file that went with a message."""

    @described("messages_file", TAG, _("Download a file of a message"), None, parameters=(REFERENCE, FILE),
               answers={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, reference: str, id: int) -> FileResponse:
        found = correspondence.enclosures_of(_case(request, reference)).filter(pk=id).first()
        if found is None:
            raise Http404
        return FileResponse(blobs.path_of(found.blob_id).open("rb"), as_attachment=True, filename=found.filename,
                            content_type="application/octet-stream")


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/messages/", Messages.as_view(), name="case_messages"),
    path("cases/<str:reference>/messages/files/<int:id>/", MessageFile.as_view(), name="case_file"),
]
