"""Files that arrive over the API, as a form or as the body itself, and the receipt that answers them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from core import feeds

_PLAIN_NAME = re.compile(r'filename="((?:[^"\\]|\\.)*)"|filename=([^\s;"]+)', re.IGNORECASE)
_EXTENDED_NAME = re.compile(r"filename\*=utf-8'[^']*'([^\s;]+)", re.IGNORECASE)


class RawFileParser(BaseParser):
    """The body is the file; its name stands in Content-Disposition."""

    media_type = ""
    default_name = ""

    def parse(self, stream, media_type=None, parser_context=None) -> dict[str, Any]:
        request = parser_context["request"]
        # One byte beyond the limit is enough to know that the file is over it.
        raw = stream.read(settings.FEED_MAX_BYTES + 1)
        name = filename_of(request.META.get("HTTP_CONTENT_DISPOSITION", "")) or self.default_name
        return {"file": ContentFile(raw, name=name)}


class CsvParser(RawFileParser):
    media_type = "text/csv"
    default_name = "upload.csv"


class WorkbookParser(RawFileParser):
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    default_name = "upload.xlsx"


class XmlParser(RawFileParser):
    media_type = "application/xml"
    default_name = "upload.xml"


class TextParser(RawFileParser):
    media_type = "text/plain"
    default_name = "upload.txt"


#: A file that is the body itself, by its media type.
RAW_PARSERS: tuple[type[RawFileParser], ...] = (CsvParser, WorkbookParser, XmlParser, TextParser)
DISPOSITION = OpenApiParameter(
    "Content-Disposition",
    str,
    OpenApiParameter.HEADER,
    description=_('Names a file that is the body itself: attachment; filename="holdings.csv"'),
)
PARSERS: list[type[BaseParser]] = [MultiPartParser, *RAW_PARSERS]


def sent_form(request: Request) -> dict[str, Any]:
    """Return what was sent: the fields of the form and of the address, and the file under ``file``."""
    sent = request.data.dict() if isinstance(request.data, QueryDict) else request.data
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    for parser in RAW_PARSERS:
        # The framework does not call a parser for an empty body, but an empty file is a file with a problem.
        if kind == parser.media_type and "file" not in sent:
            sent = {"file": ContentFile(b"", name=parser.default_name)}
    return {**request.query_params.dict(), **sent}


def filename_of(disposition: str) -> str:
    """Return the file name of a Content-Disposition header (RFC 6266), or nothing if it gives none.

    Raises:
        ValidationError: the name is not text.
    """
    if match := _EXTENDED_NAME.search(disposition):
        try:
            name = unquote_to_bytes(match[1]).decode("utf-8")
        except UnicodeDecodeError:
            raise ValidationError({"Content-Disposition": [_("The file name is not UTF-8.")]})
    elif match := _PLAIN_NAME.search(disposition):
        name = re.sub(r"\\(.)", r"\1", match[1]) if match[1] is not None else match[2]
    else:
        return ""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def fingerprint(form: dict[str, Any], raw: bytes) -> str:
    """Return a digest of what is asked, whatever form carried it: the same request has the same one."""
    stated = {name: str(value) for name, value in form.items()}
    content = json.dumps([stated, hashlib.sha256(raw).hexdigest()], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def worded_problems(problems: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return problems as the API words them, in the reader's language."""
    shown = ("rule", "file", "sheet", "row", "column", "value", "message", "fix")
    return [{name: problem[name] for name in shown} for problem in feeds.worded(problems)]
