"""Small XLSX workbooks written by hand, so that a test can put anything into them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

GENERAL, DAY, CUSTOM_DAY, PERCENT = range(4)  # cell styles of the workbook
STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>
<numFmt numFmtId="165" formatCode="0.00&quot; days&quot;;[Red]-0.00"/></numFmts>
<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>"""


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def number(digits: str, style: int = GENERAL) -> str:
    return f'<c s="{style}"><v>{digits}</v></c>'


def formula(expression: str, result: str) -> str:
    return f"<c><f>{expression}</f><v>{result}</v></c>"


def sheet(*rows: Sequence[str], prolog: str = "") -> str:
    body = "".join(f'<row r="{line}">{"".join(cells)}</row>' for line, cells in enumerate(rows, 1))
    return f'<?xml version="1.0"?>{prolog}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def workbook(sheet_xml: str, *, extra: dict[str, str] | None = None, properties: str = "") -> bytes:
    """A workbook whose first sheet, "Holdings", is `sheet_xml`; its second sheet is not a table."""
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}<sheets>'
        '<sheet name="Holdings" sheetId="7" r:id="rId9"/><sheet name="Notes" sheetId="2" r:id="rId2"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId2" Type="{RELATIONS}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="rId9" Type="{RELATIONS}/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheet_xml,
        "xl/worksheets/sheet2.xml": sheet([text("not"), text("a"), text("table")]),
        **(extra or {}),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return archive.getvalue()
