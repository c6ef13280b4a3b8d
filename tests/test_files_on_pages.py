"""Every page that takes a file says beside the field, and above the form, why it does not take a bad one.

The pages are found by asking every address for a form with a file in it: one that is not in the table fails.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import resolve
from lxml import html

from core import feeds
from core.models import AuditEvent, Blob, FeedFile, Message
from issuers.models import Document, PublicWarning, Representation, RequestItem
from issuers.services.consents import draft_consent
from reserves.models import BreakNote
from tests.issuers.pdfs import pdf_of
from tests.test_access_matrix import ADDRESSES, address_of, undone
from tests.test_access_matrix import world as world  # the fixture
from tests.test_no_address_breaks import content_of

MEGABYTE = 1_000_000
KEPT = "As it was typed, 照原樣"
#: What a file must not have left behind.
KEEPS: tuple[type[Model], ...] = (
    AuditEvent, Blob, BreakNote, Document, FeedFile, Message, PublicWarning, Representation,
)


def encrypted() -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.save(out, encryption=pikepdf.Encryption(user="u", owner="o"))
    return out.getvalue()


SOUND = pdf_of("Sound")
DAMAGED = "is damaged, or is not the kind of file that its name says"
LONG = b"0" * (MEGABYTE + 1)
#: By kind: name and bytes of a bad file, and what is said of it.
DOCUMENTS = {
    "wrong type": ("plan.exe", b"MZ", "is of a kind that is not accepted"),
    "not what it says": ("plan.docx", SOUND, DAMAGED),
    "broken": ("plan.pdf", SOUND[:200], DAMAGED),
    "empty": ("plan.pdf", b"", "“plan.pdf” is empty."),
    "encrypted": ("plan.pdf", encrypted(), "is protected with a password"),
    "too large": ("plan.pdf", b"%PDF-" + LONG, "“plan.pdf” is larger than 1 MB."),
    "far too large": ("plan.pdf", b"%PDF-" + 2 * LONG, "“plan.pdf” is larger than 1 MB."),
}
TABLES = {
    "wrong type": ("holdings.exe", b"MZ", "does not end in .csv or .xlsx"),
    "not what it says": ("holdings.csv", SOUND, "The name says CSV, but the content is PDF."),
    "empty": ("holdings.csv", b"", "The file is empty."),
    "encrypted": ("holdings.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                  "The workbook is protected with a password."),
    "too large": ("holdings.csv", 2 * LONG, "The file is larger than 2 MB."),
}
#: What a bank or custodian made itself is looked into when it is taken in; its receipt says what is wrong.
STATEMENTS = {"empty": ("statement.xml", b"", "The file is empty."),
              "too large": ("statement.xml", 2 * LONG, "The file is larger than 2 MB.")}


#: What is no report is no bad file: the page says so in its verdict.
REPORTS = {"empty": ("report.pdf", b"", "Choose the PDF of a report, or the ZIP of an evidence pack."),
           "too large": ("report.pdf", b"%PDF-" + 25 * LONG, "This file is larger than 25 MB. No report is.")}


@dataclass(frozen=True)
class Place:
    """A form that takes files: who fills it in, what else is typed, whether it has to be, and what is refused."""

    member: str = "ann"
    typed: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, tuple[str, bytes, str]] = field(default_factory=lambda: DOCUMENTS)
    takes_again: bool = False


WARNING = Place("bo", {"name_en": KEPT, "wording_en": KEPT, "evidence_note": KEPT}, takes_again=True)
PLACES = {
    ("portal:application_file", "file"): Place(),
    ("portal:application_reply", "file"): Place(typed={"text": KEPT}),
    ("portal:person_documents", "file"): Place(typed={"title": KEPT}),
    ("portal:event_notice_file", "file"): Place(typed={"title": KEPT}),
    ("portal:consent_file", "file"): Place(typed={"title": KEPT}),
    ("portal:proposal", "documents"): Place(typed={"text": KEPT}),
    # An explanation is a record of its own: the paper that showed it before may show it again.
    ("portal:break_explain", "file"): Place(typed={"text": KEPT}, takes_again=True),
    # So is a message.
    ("portal:case_message", "files"): Place(typed={"text": KEPT}, takes_again=True),
    ("officer:case_message", "files"): Place("bo", {"text": KEPT}, takes_again=True),
    ("officer:warning_new", "evidence_file"): WARNING,
    ("officer:warning_edit", "evidence_file"): WARNING,
    ("officer:verify", "file"): Place("bo", kinds=REPORTS, takes_again=True),
    ("public:verify", "file"): Place(kinds=REPORTS, takes_again=True),
    ("public:verify_reference", "file"): Place(kinds=REPORTS, takes_again=True),
} | {
    ("portal:upload", feed.name): Place(kinds=TABLES if feed.suffixes == feeds.TABLES else STATEMENTS, takes_again=True)
    for feed in feeds.feeds_to_send()
}


@pytest.fixture
def open_world(world, issuer, ann, settings) -> dict[str, Any]:
    """The world of the addresses, with a request for consent that still takes documents, and low limits."""
    settings.DOCUMENT_MAX_BYTES, settings.FEED_MAX_BYTES = MEGABYTE, 2 * MEGABYTE
    draft = draft_consent(issuer, position="director", new_name="Kit Yuen", reasons="Fit.", actor=ann)
    return world | {"duties_consent": draft.reference}


def kept() -> list[Any]:
    return [*(each.objects.count() for each in KEEPS), *RequestItem.objects.values_list("reply", flat=True)]


def forms_with_files(client: Client, address: str) -> set[tuple[str, str]]:
    """Return the names of the addresses that the forms with a file on a page are sent to, and of their fields."""
    answer = client.get(address)
    content_of(answer)
    if answer.status_code != 200 or answer.streaming or not answer["Content-Type"].startswith("text/html"):
        return set()
    if b'type="file"' not in answer.content:
        return set()
    found = set()
    for each in html.fromstring(answer.content.decode()).xpath('//form[.//input[@type="file"]]'):
        assert each.get("enctype") == "multipart/form-data", address
        name = resolve(each.get("action") or address).view_name
        found |= {(name, file.get("name")) for file in each.xpath('.//input[@type="file"]')}
    return found


def said(answer: Any, name: str, sentence: str, typed: dict[str, str]) -> str:
    """Return what is wrong with how a refusal is said, or ""."""
    if answer.status_code != 422:
        return f"status {answer.status_code}"
    page = html.fromstring(answer.content.decode())
    inputs = [each for each in page.xpath(f'//input[@type="file"][@name="{name}"]') if each.get("aria-invalid")]
    if len(inputs) != 1:
        return f"{len(inputs)} fields are marked"
    ids = (inputs[0].get("aria-describedby") or "").split()
    beside = " ".join(text.text_content() for each in ids for text in page.xpath(f'//*[@id="{each}"]'))
    if sentence not in beside:
        return f"beside the field stands {beside!r}"
    links = page.xpath(f'//*[contains(@class, "govuk-error-summary")]//a[@href="#{inputs[0].get("id")}"]')
    if not any(sentence in link.text_content() for link in links):
        return f"the summary says {[link.text_content() for link in links]}"
    values = {each.get("name"): each.get("value") or (each.text or "").strip()
              for each in page.xpath('//*[@name][self::input or self::textarea]') if KEPT in (each.get("value") or each.text or "")}
    return f"of what was typed it kept {values}" if not typed.keys() <= values.keys() else ""


def the_table_has_every_form_with_a_file(open_world, client_for, ann, bo):
    found = set()
    for site, client in (("portal:", client_for(ann)), ("officer:", client_for(bo)), ("public:", Client())):
        for name in ADDRESSES:
            if name.startswith(site):
                found |= forms_with_files(client, address_of(name, open_world))
    assert found == set(PLACES)


def a_bad_file_is_refused_beside_its_field_and_leaves_nothing(open_world, client_for, request):
    clients = {member: client_for(request.getfixturevalue(member)) for member in ("ann", "bo")}
    wrong = {}
    for (name, field_name), place in PLACES.items():
        address = address_of(name, open_world)
        for kind, (filename, raw, sentence) in place.kinds.items():
            before = kept()
            with transaction.atomic():
                file = SimpleUploadedFile(filename, raw, "application/octet-stream")
                answer = clients[place.member].post(address, place.typed | {field_name: file})
                problem = said(answer, field_name, sentence, place.typed)
                if kept() != before:
                    problem += " something was kept"
                transaction.set_rollback(True)
            if problem:
                wrong[name, field_name, kind] = problem
    assert not wrong


def the_same_document_again_is_refused_beside_its_field(open_world, client_for, request):
    clients, wrong = {member: client_for(request.getfixturevalue(member)) for member in ("ann", "bo")}, {}
    for (name, field_name), place in PLACES.items():
        if place.takes_again:
            continue
        address, client = address_of(name, open_world), clients[place.member]
        with transaction.atomic():
            first = client.post(address, place.typed | {field_name: SimpleUploadedFile("plan.pdf", SOUND)})
            before = kept()
            answer = client.post(address, place.typed | {field_name: SimpleUploadedFile("copy.pdf", SOUND)})
            problem = said(answer, field_name, "“copy.pdf” is filed here already, on ", place.typed)
            if first.status_code != 302 or kept() != before:
                problem += f" first {first.status_code}, {before} {kept()}"
            transaction.set_rollback(True)
        if problem:
            wrong[name] = problem
    assert not wrong


def on_the_page_of_a_module_its_documents_are_refused_there(open_world, client_for, ann):
    file = SimpleUploadedFile("plan.exe", b"MZ")
    sent = {"file": file, "module": open_world["forms_module"]}
    answer = client_for(ann).post(address_of("portal:application_file", open_world), sent)
    assert "portal/application_module.html" in [template.name for template in answer.templates]
    page = html.fromstring(answer.content.decode())
    assert answer.status_code == 422
    assert "“plan.exe” is of a kind" in page.xpath('//*[contains(@class, "govuk-error-summary")]')[0].text_content()
    # The answers on the page are still sent to the page's own address.
    assert page.xpath('//form[@id="answers"]/@action') == [address_of("portal:application_module", open_world)]


def of_several_files_each_bad_one_is_named(open_world, client_for, ann):
    files = [SimpleUploadedFile("a.pdf", SOUND), SimpleUploadedFile("b.pdf", SOUND), SimpleUploadedFile("c.exe", b"MZ")]
    before = kept()
    answer = client_for(ann).post(address_of("portal:proposal", open_world), {"text": "See.", "documents": files})
    problem = said(answer, "documents", "“b.pdf” is the same document as “a.pdf”. Choose each document once.", {})
    assert (problem, kept()) == ("", before)
    assert "“c.exe” is of a kind that is not accepted" in answer.content.decode()


def test_forms_with_files(open_world, client_for, ann, bo, request, subtests):
    for looks in (
        lambda: the_table_has_every_form_with_a_file(open_world, client_for, ann, bo),
        lambda: a_bad_file_is_refused_beside_its_field_and_leaves_nothing(open_world, client_for, request),
        lambda: the_same_document_again_is_refused_beside_its_field(open_world, client_for, request),
        lambda: on_the_page_of_a_module_its_documents_are_refused_there(open_world, client_for, ann),
        lambda: of_several_files_each_bad_one_is_named(open_world, client_for, ann),
    ):
        with subtests.test(), undone():
            looks()
