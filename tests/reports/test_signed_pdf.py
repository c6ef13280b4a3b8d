"""The signed document in three languages: what it says is what was frozen, and its structure holds before and after."""

from __future__ import annotations

import functools
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pikepdf
import pytest
from django.test.utils import override_settings
from django.utils import translation
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

from core import wording
from core.calendars import HONG_KONG
from core.findings import digest_of
from core.signatures import check_signatures
from reports.builders.sections import printed
from reports.demo.certificates import ROOT
from reports.services.documents import document
from reports.services.signing import signed_bytes
from tests.reports import days
from tests.reports.pdfs import flat_text_of, text_of
from tests.reports.signing import Place, certificates, sign_here, statuses_of
from tests.reports.test_document import facts

LANGUAGES = ("en", "zh-hant", "zh-hans")
AT = datetime(2026, 11, 23, 0, 45, 10, tzinfo=HONG_KONG)
FROZEN = facts(days.breached_day())


@functools.cache
def rendered(language: str) -> bytes:
    return document(FROZEN, language=language)


@functools.cache
def signed(language: str) -> bytes:
    here = Place()
    sign_here(here)
    with override_settings(**vars(here)):
        return signed_bytes(rendered(language), FROZEN, kind="daily_reserve", language=language, at=AT)


def words_of(pdf: bytes) -> str:
    """Return the text as pdftotext reads it, without spaces."""
    if shutil.which("pdftotext") is None:
        return "".join(text_of(pdf).split())
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def leaves(value: Any) -> Iterator[str]:
    """Yield what a context holds, the words of drawings one by one."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each)
    elif hasattr(value, "__dataclass_fields__"):
        yield from leaves([getattr(value, name) for name in value.__dataclass_fields__])
    elif "<svg" in str(value):
        yield from re.findall(r"<text[^>]*>([^<]*)<", str(value))
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def forms(leaf: str) -> set[str]:
    """Return the ways in which a value of a context may be printed."""
    said = {leaf}
    if re.fullmatch(r"[0-9a-f]{64}", leaf):
        said |= {wording.short_digest(leaf)}
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", leaf):
        said = {wording.hk_date(leaf, style) for style in ("long", "short", "weekday", "day")}
    elif re.fullmatch(r"\d{4}-\d\d-\d\dT.*", leaf):
        said = {wording.hk_datetime(leaf, style) for style in ("long", "short")}
    elif leaf.isdecimal():
        said |= {wording.amount(leaf, places=0)}
    return said


def shown(language: str) -> tuple[list[set[str]], dict[str, Any]]:
    with translation.override(language):
        context = printed(FROZEN, digest_of(FROZEN))
        frame = {name: context.pop(name) for name in ("facts", "result")}
        return [forms(leaf) for leaf in leaves(context) if re.search(r"\d", leaf)], frame


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_frozen_facts_that_is_printed_is_in_the_text(language):
    text, (figures, _frame) = words_of(signed(language)), shown(language)
    assert len(figures) > 300
    assert [sorted(each) for each in figures if not any("".join(form.split()) in text for form in each)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_is_in_the_text_that_is_not_in_the_facts(language):
    number = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
    figures, frame = shown(language)
    with translation.override(language):
        result = frame["result"]
        cover = forms(result["as_of"]) | forms(result["previous"]["as_of"]) | {
            FROZEN["reference"], result["issuer"]["licence_number"], wording.short_digest(digest_of(FROZEN)),
            f"localhost:8000 {FROZEN['reference']}", "400", "SHA-256", wording.hk_datetime(AT), str(result["version"])}
    pages = len(pikepdf.open(io.BytesIO(signed(language))).pages)
    known = {found for each in (*figures, cover) for form in each for found in number.findall(form)}
    known |= {str(each) for each in range(1, max(pages, 9) + 1)}
    printed_numbers = set(number.findall(flat_text_of(signed(language))))
    assert sorted(printed_numbers - known) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("made", [rendered, signed], ids=["rendered", "signed"])
def test_it_is_pdf_a_3a_tagged_bookmarked_with_its_data_and_all_fonts_embedded(made, language):
    with pikepdf.open(io.BytesIO(made(language))) as read:
        root, metadata = read.Root, read.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert root.MarkInfo.Marked
        assert str(root.Lang) == wording.html_language(language)
        assert [str(each.S) for each in root.OutputIntents] == ["/GTS_PDFA1"]
        assert [str(spec.AFRelationship) for spec in root.AF] == ["/Data"]
        with read.open_outline() as outline:
            [top] = outline.root
            assert len(top.children) == 10
            assert top.children[0].title.startswith("1 ")
        fonts = [each for each in read.objects
                 if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert not [str(font.FontName) for font in fonts if not {"/FontFile2", "/FontFile3"} & set(font.keys())]
        names = {str(font.FontName).split("+")[-1] for font in fonts}
        assert not {name for name in names if not name.replace("-", "").startswith(("Inter", "NotoSansHK", "NotoSansSC"))}
        if language == "zh-hans":
            assert any("SC" in name for name in names)
            assert not any("HK" in name for name in names)
        if language == "zh-hant":
            assert any("HK" in name for name in names)
            assert not any("SC" in name for name in names)
        for page in read.pages:
            assert str(page.Tabs) == "/S"
        assert not {str(annotation.Subtype) for page in read.pages for annotation in page.get("/Annots", [])
                    if not int(annotation.F) & 4}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_signature_is_pades_baseline_b_sound_and_trusted_and_nothing_follows_it(language):
    pdf = signed(language)
    assert pdf[: len(rendered(language))] == rendered(language)
    [status] = statuses_of(pdf)
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level == ModificationLevel.NONE
    assert status.signer_reported_dt == AT
    with pikepdf.open(io.BytesIO(pdf)) as read:
        [field] = read.Root.AcroForm.Fields
        assert (str(field.V.SubFilter), str(field.V.Filter)) == ("/ETSI.CAdES.detached", "/Adobe.PPKLite")
        assert str(field.V.Name) == "Assay demonstration signature"
        assert FROZEN["reference"] in str(field.V.Reason)
    attributes = {each["type"].native for each in status_attributes(pdf)}
    assert {"content_type", "message_digest", "signing_certificate_v2"} <= attributes
    assert "signing_time" not in attributes  # PAdES: the time stands in the dictionary, once


def status_attributes(pdf: bytes) -> Any:
    from pyhanko.pdf_utils.reader import PdfFileReader

    [embedded] = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    return embedded.signer_info["signed_attrs"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_says_who_signed_when_and_for_what_and_is_read_aloud(language):
    with pikepdf.open(io.BytesIO(signed(language))) as read:
        [field] = read.Root.AcroForm.Fields
        said = str(field.TU)
        with translation.override(language):
            for words in ("Assay demonstration signature", wording.hk_datetime(AT), FROZEN["reference"]):
                assert words in said
        left, bottom, right, top = (float(each) for each in field.Rect)
        assert right - left > 300
        assert top - bottom > 80
        assert field.P.objgen == read.pages[-1].objgen
        assert int(field.F) == 4 | 128  # printed, and locked
        key = int(field.StructParent)
        numbers = read.Root.StructTreeRoot.ParentTree.Nums
        element = dict(zip([int(each) for each in list(numbers)[::2]], list(numbers)[1::2], strict=True))[key]
        assert (str(element.S), element.K.Obj.objgen, str(element.Alt)) == ("/Form", field.objgen, said)
        assert element.objgen in [each.objgen for each in element.P.K]
        assert key == len(read.pages)


def test_the_address_of_verification_stands_in_words_and_in_a_code(settings):
    for language in LANGUAGES:
        assert f"{settings.SITE_URL}/{language}/verify/{FROZEN['reference']}/" in words_of(rendered(language))


def test_our_own_roots_are_trusted_for_our_own_documents_and_for_no_others():
    ours = check_signatures(signed("en"), roots=str(certificates() / ROOT))
    [found] = ours["signatures"]
    assert (found["signer"].partition(",")[0], found["trusted"]) == ("Common Name: Assay demonstration signature", True)
    assert [each["trusted"] for each in check_signatures(signed("en"))["signatures"]] == [False]


def test_a_changed_byte_breaks_the_signature():
    pdf = bytearray(signed("en"))
    pdf[len(rendered("en")) // 2] ^= 1
    [status] = statuses_of(bytes(pdf))
    assert not status.intact
