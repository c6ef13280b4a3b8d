"""The API of applications: their state, answers, documents and requests. Signing and submitting is for people only."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import require, visible_or_404
from core.api.endpoints import Endpoint, in_path
from core.api.pages import page
from core.api.refusals import refusal_body
from core.api.schema import described, paged
from core.api.serializers import Refusal
from core.errors import Refused
from core.roles import Can
from core.uploads import refuse_long_body
from issuers.answer_values import Unreadable
from issuers.api import application_shapes as shapes
from issuers.manifest import modules_for
from issuers.models import Answer, Application
from issuers.selectors.applications import answers_of, applications_for, completeness, filed_slots, requests_of
from issuers.selectors.progress import states_shown_as
from issuers.services.answers import AnswerConflict, save_answer
from issuers.services.replies import reply_to_item
from issuers.services.slots import file_in_slot

TAG = _("Applications")
REFERENCE = in_path("reference", _("Reference of the application"))
SLOT = in_path("number", _("Number of the document in LIC Annex B"))
REQUEST, ITEM = (in_path(name, text, OpenApiTypes.INT) for name, text in (
    ("number", _("Number of the request")), ("item", _("Number of the question"))))
PEOPLE_ONLY = _("A key may fill in and file. Handing over, signing and submitting is done by two people on the pages.")


class NotRead(Refused):
    """An answer that cannot be read (422); its message names the question."""

    status_code = 422
    default_code = "unreadable"


def visible_applications(request: Request) -> QuerySet[Application]:
    """Return the applications that the caller may read; an officer's key reads what was submitted."""
    require(request.user, Can.VIEW_APPLICATION)
    rows = applications_for(request.user).prefetch_related("submissions")
    return rows.filter(submissions__isnull=False).distinct() if request.user.is_authority else rows


def own_application(request: Request, reference: str, permission: Can = Can.EDIT_APPLICATION) -> Application:
    """Return the application of the address for a caller who may do that with it."""
    application = visible_or_404(visible_applications(request), request.user, reference=reference)
    require(request.user, permission, application)
    return application


class Applications(Endpoint):
    """All applications."""

    query = shapes.ApplicationQuery

    @described("applications_list", TAG, _("List applications"), paged(shapes.ApplicationShape),
               query=shapes.ApplicationQuery)
    def get(self, request: Request) -> Response:
        rows, state = visible_applications(request), self.asked.get("state")
        if state:  # no program finds by asking what the shape does not tell it
            rows = rows.filter(status__in=states_shown_as(state))
        return page(request, rows, shapes.ApplicationShape, self.asked)


class OneApplication(Endpoint):
    """One application."""

    @described("applications_read", TAG, _("Read an application"), shapes.ApplicationShape, parameters=(REFERENCE,),
               description=PEOPLE_ONLY)
    def get(self, request: Request, reference: str) -> Response:
        return Response(shapes.ApplicationShape(own_application(request, reference, Can.VIEW_APPLICATION)).data)


class Form(Endpoint):
    """The questions of one application's form."""

    @described("applications_form", TAG, _("Read the form's questions"), shapes.ModuleShape(many=True),
               parameters=(REFERENCE,))
    def get(self, request: Request, reference: str) -> Response:
        row = own_application(request, reference)
        return Response([
            {"key": each.key, "title": _t(each.title), "intro": _t(each.intro), "cite": each.cite,
             "documents": list(each.documents), "questions": [shapes.question_body(field) for field in each.fields]}
            for each in modules_for(row.issuer.kind)
        ])


class Gaps(Endpoint):
    """What one application lacks."""

    @described("applications_completeness", TAG, _("Read what is missing"), shapes.CompletenessShape,
               parameters=(REFERENCE,))
    def get(self, request: Request, reference: str) -> Response:
        found = completeness(own_application(request, reference))
        return Response({"complete": found.is_complete, "gaps": [shapes.gap_body(gap) for gap in found.gaps]})


class Answers(Endpoint):
    """The answers of one application."""

    parser_classes = [JSONParser]

    @described("applications_answers", TAG, _("Read the answers"), shapes.AnswerShape(many=True),
               parameters=(REFERENCE,))
    def get(self, request: Request, reference: str) -> Response:
        rows = answers_of(own_application(request, reference)).values()
        return Response(shapes.AnswerShape(list(rows), many=True).data)

    @described(
        "applications_answer", TAG, _("Save answers"), shapes.AnswerShape(many=True), parameters=(REFERENCE,),
        request=shapes.AnswerChanges, answers={409: shapes.Conflict, 415: Refusal, 422: Refusal},
        description=_("All of them or none. 409: somebody changed an answer since base_version; standing is what they"
                      " saved. 422: a value is no answer of its question's kind."),
    )
    def patch(self, request: Request, reference: str) -> Response:
        row = own_application(request, reference)
        sent = shapes.AnswerChanges(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            saved = self._save(row, sent.validated_data["answers"])
        except AnswerConflict as conflict:
            standing = shapes.AnswerShape(conflict.standing).data
            return Response(refusal_body(conflict) | {"standing": standing}, status=conflict.status_code)
        return Response(shapes.AnswerShape(saved, many=True).data)

    @transaction.atomic
    def _save(self, application: Application, changes: list[dict]) -> list[Answer]:
        saved = []
        for change in changes:
            try:
                saved.append(save_answer(application, actor=self.request.user, **change))
            except Unreadable as problem:
                raise NotRead(f"{change['key']}: {problem}", code=problem.code)
        return saved


class FileDocument(Endpoint):
    """One slot of LIC Annex B."""

    parser_classes = [MultiPartParser]

    @described("applications_file", TAG, _("File a document"), None, parameters=(REFERENCE, SLOT),
               request={"multipart/form-data": shapes.DocumentForm},
               answers={201: shapes.DocumentShape, 409: Refusal, 415: Refusal})
    def post(self, request: Request, reference: str, number: str) -> Response:
        row = own_application(request, reference)
        slot = next((each.slot for each in filed_slots(row) if each.slot.number == number), None)
        if slot is None:
            raise Http404
        form = shapes.DocumentForm(data=request.data)
        form.is_valid(raise_exception=True)
        file = form.validated_data["file"]
        document = file_in_slot(row, slot, raw=file.read(), filename=file.name, actor=request.user)
        return Response(shapes.DocumentShape(document).data, status=201)

    def initial(self, request: Request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        refuse_long_body(request.META.get("CONTENT_LENGTH"))


class Requests(Endpoint):
    """The requests for information on one application."""

    @described("applications_requests", TAG, _("Read the requests for information"), shapes.RequestShape(many=True),
               parameters=(REFERENCE,))
    def get(self, request: Request, reference: str) -> Response:
        rows = requests_of(own_application(request, reference))
        return Response(shapes.RequestShape(rows, many=True).data)


class Reply(Endpoint):
    """One question of a request."""

    parser_classes = [JSONParser]

    @described("applications_reply", TAG, _("Save the answer to a question"), shapes.ItemShape,
               parameters=(REFERENCE, REQUEST, ITEM), request=shapes.ReplyForm, answers={409: Refusal, 415: Refusal},
               description=_("It is sent with the others by a person, on the page of the request."))
    def put(self, request: Request, reference: str, number: int, item: int) -> Response:
        row = own_application(request, reference)
        asked = visible_or_404(row.requests.all(), request.user, number=min(number, 32767))
        question = visible_or_404(asked.items.all(), request.user, number=min(item, 32767))
        form = shapes.ReplyForm(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(shapes.ItemShape(reply_to_item(question, actor=request.user, **form.validated_data)).data)


ONE = "applications/<str:reference>/"
urlpatterns = [
    path("applications/", Applications.as_view(), name="applications"),
    path(ONE, OneApplication.as_view(), name="application"),
    path(f"{ONE}form/", Form.as_view(), name="application_form"),
    path(f"{ONE}completeness/", Gaps.as_view(), name="application_completeness"),
    path(f"{ONE}answers/", Answers.as_view(), name="application_answers"),
    path(f"{ONE}documents/<str:number>/", FileDocument.as_view(), name="application_file"),
    path(f"{ONE}requests/", Requests.as_view(), name="application_requests"),
    path(f"{ONE}requests/<int:number>/<int:item>/", Reply.as_view(), name="application_reply"),
]
