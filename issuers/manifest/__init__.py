"""The form of an application as data: its modules, their questions, and the documents that belong to it.

One manifest for both kinds of applicant: every module, field and document says to which kinds it applies, so that the
bank variant (authorized institution) is a reading of the same table. ``FORM_VERSION`` is on every application and
submission; a changed question is a new version.
"""

from __future__ import annotations

from issuers.manifest.documents import DOCUMENTS, slots_for
from issuers.manifest.modules import MODULES, module_of, modules_for, question_of
from issuers.manifest.parts import Column, DocumentSlot, Field, FieldKind, Module

FORM_VERSION = "2026-11"

__all__ = [
    "DOCUMENTS", "FORM_VERSION", "MODULES", "Column", "DocumentSlot", "Field", "FieldKind", "Module", "module_of",
    "modules_for", "question_of", "slots_for",
]
