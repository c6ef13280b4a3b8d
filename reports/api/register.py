"""Endpoints for the public register and the warning list, open to everybody with or without a key."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint, in_path
from core.api.pages import page
from core.api.schema import described, paged
from issuers.builders.open_data import answer_data, entry_data, warning_data
from issuers.selectors.register import entries
from issuers.selectors.verdicts import check, entries_named
from issuers.selectors.warnings import published_warnings
from reports.api.csv_renderer import RegisterCsv
from reports.api.register_shapes import (
    Check,
    CheckQuery,
    DayQuery,
    FormatQuery,
    RegisterEntry,
    RegisterQuery,
    Warned,
    WarningQuery,
)

REGISTER = _("Register")
NUMBER = in_path("number", _("Licence number"))


class RegisterEndpoint(Endpoint):
    """Open to everybody, with or without a key."""

    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer, RegisterCsv]


class Register(RegisterEndpoint):
    """The public register."""

    query = RegisterQuery

    @described(
        "register_list",
        REGISTER,
        _("List the register"),
        None,
        query=RegisterQuery,
        open_to_all=True,
        answers={
            (200, "application/json"): paged(RegisterEntry),
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request) -> Response:
        shown = entries(self.asked.get("as_at"))
        if query := self.asked.get("q", "").strip():
            shown = entries_named(query, shown)
        rows = [entry_data(each) for each in shown]
        if request.accepted_renderer.format == RegisterCsv.format:
            return Response({"results": rows})
        return page(request, rows, RegisterEntry, self.asked)


class RegisterTable(Endpoint):
    """The public register as a file to download."""

    permission_classes = [AllowAny]
    renderer_classes = [RegisterCsv]
    query = DayQuery

    @described(
        "register_table",
        REGISTER,
        _("Download the register as CSV"),
        None,
        query=DayQuery,
        open_to_all=True,
        answers={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> Response:
        return Response(
            {"results": [entry_data(each) for each in entries(self.asked.get("as_at"))]},
            headers={"Content-Disposition": 'attachment; filename="register.csv"'},
        )


class OneEntry(RegisterEndpoint):
    """One licensee."""

    query = FormatQuery

    @described(
        "register_read",
        REGISTER,
        _("Read an entry of the register"),
        None,
        query=FormatQuery,
        open_to_all=True,
        parameters=(NUMBER,),
        answers={
            (200, "application/json"): RegisterEntry,
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request, number: str) -> Response:
        found = [each for each in entries(self.asked.get("as_at")) if each.number == number]
        if not found:
            raise Http404
        data = entry_data(found[0])
        is_table = request.accepted_renderer.format == RegisterCsv.format
        return Response(data if is_table else RegisterEntry(data).data)


class RegisterCheck(Endpoint):
    """The verdict on a name, a number, a symbol, an address or a website."""

    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer]
    query = CheckQuery

    @described(
        "register_check",
        REGISTER,
        _("Check whether something is licensed"),
        Check,
        query=CheckQuery,
        open_to_all=True,
        description=_(
            "Exact entries are hits. What merely resembles an entry is under did_you_mean and says nothing about"
            " what was asked; a contract counts only on the chain that the register names."
        ),
    )
    def get(self, request: Request) -> Response:
        return Response(Check(answer_data(check(self.asked["q"].strip(), self.asked.get("as_at")))).data)


class Warnings(Endpoint):
    """The public warning list."""

    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer]
    query = WarningQuery

    @described(
        "warnings_list",
        REGISTER,
        _("List the warnings in force"),
        paged(Warned),
        query=WarningQuery,
        open_to_all=True,
    )
    def get(self, request: Request) -> Response:
        rows = [warning_data(each) for each in published_warnings(self.asked.get("as_at"))]
        return page(request, rows, Warned, self.asked)
