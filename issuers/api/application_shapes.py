"""Shapes of what the API of applications takes and answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.pages import PageQuery
from core.api.serializers import Refusal
from issuers.completeness import Gap
from issuers.manifest import Field
from issuers.models import Answer, Application, Document, InformationRequest, RequestItem
from issuers.selectors.progress import shown_state

#: How many answers one request may change.
MOST_ANSWERS = 200


class ApplicationQuery(PageQuery):
    """Which applications."""

    state = serializers.ChoiceField(choices=Application.Status.choices, required=False)


class ApplicationShape(serializers.ModelSerializer):
    """One application as its applicant may know it."""

    state = serializers.SerializerMethodField(help_text=_("What the authority does inside is under_review"))
    issuer = serializers.SlugRelatedField(source="issuer.organisation", slug_field="slug", read_only=True)
    kind = serializers.CharField(source="issuer.kind")
    submissions = serializers.SerializerMethodField(help_text=_("Digest and time of each submission"))

    class Meta:
        model = Application
        fields = ["reference", "issuer", "kind", "form_version", "state", "opened_at", "submissions"]

    def get_state(self, application: Application) -> str:
        return shown_state(application)

    def get_submissions(self, application: Application) -> list[dict[str, Any]]:
        return [{"number": each.number, "digest": each.digest, "submitted_at": each.submitted_at}
                for each in application.submissions.all()]


class AnswerShape(serializers.ModelSerializer):
    """One answer that stands, with the version to save the next one on."""

    value = serializers.JSONField()
    changed_by = serializers.CharField(source="changed_by_label")

    class Meta:
        model = Answer
        fields = ["key", "value", "version", "changed_by", "changed_at"]


class AnswerChange(serializers.Serializer):
    """One answer to save."""

    key = serializers.CharField(max_length=80, help_text=_("module.question, as the form has it"))
    value = serializers.JSONField(allow_null=True)
    base_version = serializers.IntegerField(min_value=0, max_value=2**31 - 1,
                                            help_text=_("The version that you saw; 0 if there was no answer"))


class AnswerChanges(serializers.Serializer):
    """Answers to save together: all of them or none."""

    answers = AnswerChange(many=True, min_length=1, max_length=MOST_ANSWERS)


class Conflict(Refusal):
    """Somebody else changed an answer since the version that you saw; nothing of the request is saved."""

    standing = AnswerShape(required=False)


class QuestionShape(serializers.Serializer):
    """One question of the form."""

    key = serializers.CharField()
    label = serializers.CharField()
    hint = serializers.CharField()
    kind = serializers.CharField()
    required = serializers.BooleanField()
    cite = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())
    columns = serializers.ListField(child=serializers.DictField())


class ModuleShape(serializers.Serializer):
    """One module of the form."""

    key = serializers.CharField()
    title = serializers.CharField()
    intro = serializers.CharField()
    cite = serializers.CharField()
    documents = serializers.ListField(child=serializers.CharField())
    questions = QuestionShape(many=True)


class GapShape(serializers.Serializer):
    """One thing that is missing or does not fit."""

    place = serializers.CharField()
    key = serializers.CharField()
    question = serializers.CharField()
    message = serializers.CharField()
    cite = serializers.CharField()


class CompletenessShape(serializers.Serializer):
    """What an application still lacks."""

    complete = serializers.BooleanField()
    gaps = GapShape(many=True)


class DocumentForm(serializers.Serializer):
    """A document to file."""

    file = serializers.FileField()


class DocumentShape(serializers.ModelSerializer):
    """One version of a document as filed."""

    sha256 = serializers.CharField()

    class Meta:
        model = Document
        fields = ["id", "slot", "title", "filename", "version", "page_count", "sha256", "uploaded_at"]


class ItemShape(serializers.ModelSerializer):
    """One question of a request."""

    class Meta:
        model = RequestItem
        fields = ["number", "text", "reply", "replied_at", "accepted_at", "remark"]


class RequestShape(serializers.ModelSerializer):
    """One request for information."""

    state = serializers.ChoiceField(source="status", choices=InformationRequest.Status.choices)
    items = ItemShape(many=True)

    class Meta:
        model = InformationRequest
        fields = ["number", "state", "sent_at", "due_at", "answered_at", "items"]


class ReplyForm(serializers.Serializer):
    """The answer to one question."""

    text = serializers.CharField(max_length=20_000)
    seen = serializers.CharField(max_length=20_000, required=False, allow_blank=True,
                                 help_text=_("The answer that you saw, so that nobody's is overwritten unseen"))


def question_body(question: Field) -> dict[str, Any]:
    """Return one question as the API answers it."""
    return {
        "key": question.key, "label": _t(question.label), "hint": _t(question.hint) if question.hint else "",
        "kind": str(question.kind), "required": question.required, "cite": question.cite,
        "choices": [value for value, _label in question.choices],
        "columns": [
            {"key": column.key, "label": _t(column.label), "kind": str(column.kind), "required": column.required,
             "choices": [value for value, _label in column.choices]} for column in question.columns
        ],
    }


def gap_body(gap: Gap) -> dict[str, str]:
    """Return one gap as the API and the command answer it."""
    return {"place": gap.place, "key": gap.key, "question": gap.question, "message": gap.sentence, "cite": gap.cite}
