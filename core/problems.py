"""What can be wrong with a file that was sent to us, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.list_sentences import LISTS
from core.statement_sentences import STATEMENTS, gettext_noop

MAX_PROBLEMS = 1_000  # this many are kept and shown; all of them are counted
MAX_VALUE = 120  # characters of the offending value that are shown


# rule -> (what is wrong, what to do about it). The placeholders are the fields of Problem and its params.
SENTENCES: dict[str, tuple[str, str]] = {
    # The file as a whole
    "empty_file": (
        gettext_noop("The file is empty."),
        gettext_noop("Send the file again with a header row and at least one line."),
    ),
    "too_large": (
        gettext_noop("The file is larger than %(limit_mb)s MB."),
        gettext_noop("Split it into smaller files, or send it as CSV without unused columns."),
    ),
    "too_many_rows": (
        gettext_noop("The file has more than %(limit)s rows."),
        gettext_noop("Split it into smaller files."),
    ),
    "unknown_file_type": (
        gettext_noop("The name “%(file)s” does not end in .csv or .xlsx."),
        gettext_noop("Send a CSV file or an Excel workbook (.xlsx), named accordingly."),
    ),
    "not_what_name_says": (
        gettext_noop("The name says %(expected)s, but the content is %(found)s."),
        gettext_noop("Export the file again as %(expected)s; do not only change its name."),
    ),
    "not_utf8": (
        gettext_noop("The file is not UTF-8 text: row %(row)s holds bytes that UTF-8 does not allow."),
        gettext_noop("Save it again as “CSV UTF-8”."),
    ),
    "nul_byte": (
        gettext_noop("Row %(row)s holds a NUL byte, which text never does."),
        gettext_noop("Export the file again from its source; it was damaged or is not plain text."),
    ),
    "quote_not_closed": (
        gettext_noop("A quotation mark that opens at or before row %(row)s is never closed, or text follows its end."),
        gettext_noop("Close the quotation mark; write a quotation mark inside a cell twice."),
    ),
    "cell_too_long": (
        gettext_noop("Row %(row)s holds a cell of more than %(limit)s characters."),
        gettext_noop("Shorten the cell, or look for a quotation mark that is not closed."),
    ),
    "no_rows": (
        gettext_noop("The file has a header row but no lines."),
        gettext_noop("Send at least one line. If there is nothing to report, say so to your case officer."),
    ),
    "encrypted_file": (
        gettext_noop("The workbook is protected with a password."),
        gettext_noop("Remove the password and send it again; the connection itself is encrypted."),
    ),
    "broken_workbook": (
        gettext_noop("The workbook cannot be opened: it is damaged or incomplete."),
        gettext_noop("Open it in a spreadsheet program, save it as .xlsx and send it again."),
    ),
    "zip_bomb": (
        gettext_noop("The workbook unpacks to far more data than a workbook of its size holds."),
        gettext_noop("Copy the values to a new workbook and send that."),
    ),
    "doctype": (
        gettext_noop("The file holds a document type declaration (DOCTYPE), which can hide other content."),
        gettext_noop("Export the file again without it."),
    ),
    # The header row
    "too_many_columns": (
        gettext_noop("Row %(row)s has more than %(limit)s columns."),
        gettext_noop("Delete the columns that do not belong to this file."),
    ),
    "no_header": (
        gettext_noop("Row 1 is blank; the names of the columns belong there."),
        gettext_noop("Start the file with its header row."),
    ),
    "wrong_separator": (
        gettext_noop("The columns are separated by %(found)s, not by commas."),
        gettext_noop("Export the file with the comma as separator and the point as decimal mark."),
    ),
    "missing_column": (
        gettext_noop("The required column “%(column)s” is missing."),
        gettext_noop("Add the column to the header row and fill it in on every line."),
    ),
    "unknown_column": (
        gettext_noop("The column “%(value)s” is not part of this file."),
        gettext_noop("Remove it or rename it. The columns are: %(allowed)s."),
    ),
    "duplicate_column": (
        gettext_noop("The column “%(column)s” occurs more than once."),
        gettext_noop("Keep one of them."),
    ),
    "blank_column_name": (
        gettext_noop("Column %(position)s has no name in the header row."),
        gettext_noop("Name the column or delete it."),
    ),
    # A row or a cell
    "wrong_cell_count": (
        gettext_noop("Row %(row)s has %(found)s cells; the header row has %(expected)s."),
        gettext_noop("Put text that contains a comma in quotation marks, and give every line one cell per column."),
    ),
    "missing_value": (
        gettext_noop("“%(column)s” is empty in row %(row)s; it is required."),
        gettext_noop("Fill it in."),
    ),
    "formula": (
        gettext_noop("Cell %(cell)s holds a spreadsheet formula."),
        gettext_noop("Replace the formula by its value (paste as values)."),
    ),
    "error_cell": (
        gettext_noop("Cell %(cell)s holds the spreadsheet error %(value)s."),
        gettext_noop("Correct it in the spreadsheet and send the file again."),
    ),
    "control_character": (
        gettext_noop("“%(column)s” in row %(row)s holds an invisible control character."),
        gettext_noop("Type the cell again."),
    ),
    "text_too_long": (
        gettext_noop("“%(column)s” in row %(row)s has more than %(limit)s characters."),
        gettext_noop("Shorten it."),
    ),
    "unreadable_amount": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, is not an amount."),
        gettext_noop("Write digits with a point for decimals: no thousands separator, sign of currency or exponent."),
    ),
    "amount_not_exact": (
        gettext_noop("The number %(value)s in “%(column)s”, row %(row)s, has more digits than a spreadsheet keeps."),
        gettext_noop("Format the cell as text and type the amount again, or send the file as CSV."),
    ),
    "too_many_places": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, has more than %(places)s decimal places."),
        gettext_noop("Round it at its source; we do not round for you."),
    ),
    "too_many_digits": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, has more than %(digits)s digits before the point."),
        gettext_noop("Check the unit of the amount."),
    ),
    "negative": (
        gettext_noop("“%(column)s” in row %(row)s is negative (%(value)s); it may not be."),
        gettext_noop("Give a positive amount. Only a line of class “settlement” may be negative."),
    ),
    "unreadable_integer": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, is not a whole number."),
        gettext_noop("Write digits only."),
    ),
    "unreadable_date": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, is not a date."),
        gettext_noop("Write it as year-month-day, for example 2026-11-22."),
    ),
    "unreadable_datetime": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, is not a date and time."),
        gettext_noop("Write it with its offset from UTC, for example 2026-11-22T18:30:00+08:00."),
    ),
    "datetime_without_zone": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, does not say its time zone."),
        gettext_noop("Add the offset from UTC, for example +08:00, or Z for UTC. In a workbook, type it as text."),
    ),
    "number_as_text": (
        gettext_noop("“%(column)s” in row %(row)s is stored as the number %(value)s, so characters may be lost."),
        gettext_noop("Format the column as text and type the value again, or send the file as CSV."),
    ),
    "date_as_text": (
        gettext_noop("“%(column)s” in row %(row)s was turned into a date (%(value)s) by the spreadsheet."),
        gettext_noop("Format the column as text and type the value again."),
    ),
    "unknown_choice": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, is not known."),
        gettext_noop("Use one of: %(allowed)s."),
    ),
    "unknown_currency": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, is not a currency code of ISO 4217."),
        gettext_noop("Use the three capital letters of the currency, for example HKD."),
    ),
    "unreadable_chain": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, does not name a chain."),
        gettext_noop("Write it as CAIP-2, for example eip155:1, or “all” for the sum over all chains."),
    ),
    "implausible": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, cannot be right."),
        gettext_noop("Expected: %(expected)s. Check the value at its source."),
    ),
    "no_price": (
        gettext_noop("Row %(row)s gives neither bid, mid nor ask."),
        gettext_noop("Give at least one of them, or leave the line out."),
    ),
    "prices_crossed": (
        gettext_noop("In row %(row)s, “%(column)s” (%(value)s) is above “%(other)s” (%(other_value)s)."),
        gettext_noop("Check the prices at their source."),
    ),
    "day_not_stated": (
        gettext_noop("The file has no lines, so it does not say which day it is for."),
        gettext_noop("State the day when you send it."),
    ),
    # Lines together
    "dates_out_of_order": (
        gettext_noop("In row %(row)s, “%(column)s” (%(value)s) is before “%(other)s” (%(other_value)s)."),
        gettext_noop("Check both dates."),
    ),
    "duplicate_line": (
        gettext_noop("Row %(row)s is the same line as row %(first_row)s (%(key)s)."),
        gettext_noop("Remove it, or give each of the two lines a reference of its own in “%(distinguish)s”."),
    ),
    "parts_exceed_total": (
        gettext_noop(
            "In row %(row)s, unissued, frozen and pending redemption add up to %(parts)s, more than the"
            " total supply of %(value)s."
        ),
        gettext_noop("Check the counts: each is a part of the total supply."),
    ),
    "all_with_chains": (
        gettext_noop("Row %(row)s is for all chains together, but the file also has lines for single chains."),
        gettext_noop("Send either one line with “all” or one line a chain and contract."),
    ),
    "more_than_one_as_of": (
        gettext_noop("The file is for more than one day: %(value)s appears first in row %(row)s."),
        gettext_noop("Send one file a day."),
    ),
    "total_mismatch": (
        gettext_noop("The lines add up to %(found)s; the file or its sender says %(expected)s."),
        gettext_noop("Look for lines that are missing or doubled and send the file again."),
    ),
    **STATEMENTS,
    **LISTS,
    # The file among what we already know
    "wrong_coin": (
        gettext_noop("The file is for the coin %(value)s; you sent it for %(expected)s."),
        gettext_noop("Choose the coin that the file is for, or send the right file."),
    ),
    "unknown_coin": (
        gettext_noop("There is no coin “%(value)s” that you may send files for."),
        gettext_noop("Check the symbol of the coin."),
    ),
    "as_of_mismatch": (
        gettext_noop("The file is for %(value)s; you said it is for %(stated)s."),
        gettext_noop("Correct the one that is wrong and send the file again."),
    ),
    "future_as_of": (
        gettext_noop("The file is for %(value)s, which has not come yet in Hong Kong."),
        gettext_noop("Send it when the day is over, or correct as_of."),
    ),
    "second_file": (
        gettext_noop(
            "A file of this kind from this sender for the same day was accepted already (receipt %(receipt)s)."
        ),
        gettext_noop("If this one corrects it, send it again and say that it supersedes receipt %(receipt)s."),
    ),
    # A well-formed file that is not believed
    "implausible_rows": (
        gettext_noop(
            "The file has %(observed)s rows, the last one of this sender (receipt %(receipt)s, %(day)s) had %(before)s:"
            " a change of %(move)s, where at most %(most)s is plausible."
        ),
        gettext_noop(
            "If lines are missing or doubled, send the corrected file: it takes the place of this one. If the file is"
            " right, say why on its case, and an officer releases it."
        ),
    ),
    "implausible_fill": (
        gettext_noop(
            "“%(column)s” is filled on %(observed)s of %(among)s lines it belongs on (%(share)s), where at least"
            " %(least)s is plausible."
        ),
        gettext_noop(
            "Fill it in and send the corrected file: it takes the place of this one. If there is nothing to fill in,"
            " say why on its case, and an officer releases it."
        ),
    ),
    "implausible_total": (
        gettext_noop(
            "“%(column)s” adds up to %(observed)s, in the last file of this sender (receipt %(receipt)s,"
            " %(day)s) to %(before)s: a move of %(move)s, where at most %(most)s is plausible."
        ),
        gettext_noop(
            "If an amount is wrong, send the corrected file: it takes the place of this one. If the file is right, say"
            " why on its case, and an officer releases it."
        ),
    ),
    "refused_by_officer": (
        gettext_noop("An officer refused the file, for this reason: “%(reason)s”."),
        gettext_noop("Send a corrected file for the day."),
    ),
    "supersedes_unknown": (
        gettext_noop("Receipt %(receipt)s is not an accepted file of this sender for the same feed, coin and day."),
        gettext_noop("Name the receipt of the file to be replaced, or leave “supersedes” out."),
    ),
}


def declare(sentences: Mapping[str, tuple[str, str]]) -> None:
    """Make the sentences of an app's own rules known; an app calls this when it is loaded.

    Raises:
        ValueError: a rule of that name is known already.
    """
    if known := SENTENCES.keys() & sentences.keys():
        raise ValueError(f"problems are declared twice: {', '.join(sorted(known))}")
    SENTENCES.update(sentences)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `row` is the spreadsheet's row number (the header row is 1), None for the whole file."""

    rule: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """A JSON-able dict; `from_dict` is its inverse."""
        return {
            "rule": self.rule,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "params": dict(self.params),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Problem:
        return cls(**data)

    def message(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """What is wrong, in plain words; `translate` is gettext."""
        return translate(SENTENCES[self.rule][0]) % self._named()

    def fix(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """What to do about it, in plain words."""
        return translate(SENTENCES[self.rule][1]) % self._named()

    def _named(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            **self.params,
        }


class Problems:
    """Collects problems: the first MAX_PROBLEMS are kept, all are counted."""

    def __init__(self, *, file: str = "", sheet: str = "") -> None:
        self.file = file
        self.sheet = sheet
        self.kept: list[Problem] = []
        self.count = 0

    def add(
        self, rule: str, *, row: int | None = None, column: str = "", value: object = "", **params: str | int
    ) -> None:
        self.count += 1
        if len(self.kept) < MAX_PROBLEMS:
            self.kept.append(Problem(rule, self.file, self.sheet, row, column, shown(value), params))

    def extend(self, problems: Iterable[Problem], count: int) -> None:
        """Take over problems found elsewhere; `count` says how many there were, kept or not."""
        self.count += count
        self.kept.extend(list(problems)[: MAX_PROBLEMS - len(self.kept)])

    def in_order(self) -> tuple[Problem, ...]:
        """Top to bottom, as a person works through the file."""
        return tuple(sorted(self.kept, key=lambda problem: problem.row or 0))


def shown(value: object) -> str:
    """A value as it may be stored and printed: no control characters, not longer than MAX_VALUE."""
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(value)[: MAX_VALUE + 1])
    return text if len(text) <= MAX_VALUE else text[:MAX_VALUE] + "…"
