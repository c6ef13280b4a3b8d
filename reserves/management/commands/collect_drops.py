"""Takes in the files that lie ready in the drop folder, as a worker does, and prints each receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned
from core.errors import Refused
from reserves.services.drops import collect_drops
from reserves.tasks import nudge_days_of


class Command(AnsweringCommand):
    help = "Take in the files that lie ready in the drop folder; a file is ready when two looks found it unchanged."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--folder", type=Path, metavar="DIR", help="ASSAY_DROP_FOLDER if not given")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        folder = options["folder"] or settings.DROP_FOLDER
        if folder is None:
            raise Refused(_("No drop folder is set: give --folder, or set ASSAY_DROP_FOLDER."), code="no_drop_folder")
        taken = collect_drops(folder)
        for each in taken:
            if each.feed_file:
                nudge_days_of(each.feed_file)
        return {"taken": [
            {"file": str(each.source.relative_to(folder)), "moved_to": str(each.target.relative_to(folder)),
             "receipt": each.receipt} for each in taken
        ]}

    def table(self, answer: dict[str, Any]) -> list[str]:
        rows = [(each["file"], each["receipt"]["state"], each["moved_to"]) for each in answer["taken"]]
        return aligned(rows) or [_("No file lies ready.")]
