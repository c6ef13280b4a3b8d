"""The OpenAPI document is complete, and the page prints all of it."""

from __future__ import annotations

import re

import pytest
import yaml
from django.core.management import call_command

from reports.api.reference import sections_of, shapes_of


def test_the_document_is_valid_and_nothing_in_it_was_guessed(tmp_path):
    file = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    assert yaml.safe_load(file.read_text())["info"]["title"] == "Assay"


def test_both_forms_of_the_document_are_open_and_say_the_same(anybody):
    as_json, as_yaml = anybody.get("/api/v1/openapi.json"), anybody.get("/api/v1/openapi.yaml")
    assert (as_json.status_code, as_yaml.status_code) == (200, 200)
    assert as_json["Content-Type"] == "application/json"
    assert yaml.safe_load(as_yaml.content) == as_json.json()


def test_every_operation_says_how_it_refuses(anybody):
    paths = anybody.get("/api/v1/openapi.json").json()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    assert len(operations) == 42
    for operation in operations:
        refusals = {"400", "404", "405", "406", "429"}
        if operation["tags"] != ["Register"]:
            refusals |= {"401", "403"}
            assert operation["security"] == [{"key": []}]
        assert refusals <= set(operation["responses"]), operation["operationId"]


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_the_page_prints_every_operation_and_every_shape(anybody, language):
    page = anybody.get("/api/v1/", headers={"Accept-Language": language})
    assert page.status_code == 200
    html = page.content.decode()
    document = anybody.get("/api/v1/openapi.json", headers={"Accept-Language": language}).json()
    operations = [operation for section in sections_of(document) for operation in section["operations"]]
    anchors = [operation["id"] for operation in operations] + [
        f"shape-{shape['name']}" for shape in shapes_of(document)
    ]
    assert len(operations) == 42
    for anchor in anchors:
        assert html.count(f'id="{anchor}"') == 1, anchor
    for target in set(re.findall(r'href="#([^"]+)"', html)) - {"main"}:
        assert f'id="{target}"' in html, target


def test_the_page_holds_nothing_that_its_policy_forbids(anybody):
    page = anybody.get("/api/v1/")
    html = page.content.decode()
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", html)
