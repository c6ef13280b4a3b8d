"""Whatever goes wrong in a request to the API becomes one shape of answer, here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.api.uploads import worded_problems
from core.errors import FeedRefused, Refusal


def answer_exception(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Word an exception as ``{"code", "message", "problems"?, "problem_count"?}``.

    Returns None for a fault of ours, which then becomes a 500 in the log.
    """
    if isinstance(exception, Refusal):
        return Response(refusal_body(exception), status=exception.status_code)
    if isinstance(exception, exceptions.ValidationError):
        return Response(_invalid(exception), status=status.HTTP_400_BAD_REQUEST)
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    elif isinstance(exception, SuspiciousOperation):
        exception = exceptions.ParseError(_("The request cannot be read."))
    if not isinstance(exception, exceptions.APIException):
        return None
    answer = exception_handler(exception, context)  # for the headers that belong to the status
    answer.data = {"code": exception.get_codes(), "message": str(exception.detail)}
    return answer


def refusal_body(refusal: Refusal) -> dict[str, Any]:
    """Return the body for a typed refusal, with all problems of a refused file."""
    body: dict[str, Any] = {"code": refusal.code, "message": str(refusal.message)}
    if isinstance(refusal, FeedRefused):
        body["problems"] = worded_problems([problem.as_dict() for problem in refusal.problems])
        body["problem_count"] = refusal.problem_count
    return body


def _invalid(exception: exceptions.ValidationError) -> dict[str, Any]:
    problems = list(_field_problems("", exception.get_full_details()))
    return {
        "code": "invalid",
        "message": _("The request is not valid."),
        "problems": problems,
        "problem_count": len(problems),
    }


def _field_problems(column: str, details: Any) -> Iterator[dict[str, Any]]:
    """Flatten the framework's nested details into one problem per message."""
    if isinstance(details, list):
        for part in details:
            yield from _field_problems(column, part)
    elif set(details) == {"message", "code"} and isinstance(details["message"], str):
        yield {
            "rule": details["code"],
            "file": "",
            "sheet": "",
            "row": None,
            "column": column,
            "value": "",
            "message": details["message"],
            "fix": "",
        }
    else:
        for name, part in details.items():
            # The place of one thing in a list is no name: look at the field that holds them all.
            inside = name == "non_field_errors" or not isinstance(name, str)
            yield from _field_problems(column if inside else name, part)
