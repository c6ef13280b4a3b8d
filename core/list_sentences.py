"""The sentences of what can be wrong with a published list that is loaded or fetched, in the shape of core.problems."""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation; it is translated where it is shown, not here."""
    return message


_AGAIN = gettext_noop("Fetch the list again from its publisher; the version in force keeps serving meanwhile.")

# rule -> (what is wrong, what to do about it), as in core.problems.
LISTS: dict[str, tuple[str, str]] = {
    # The files
    "list_empty": (gettext_noop("The file is empty."), _AGAIN),
    "list_too_large": (
        gettext_noop("The file is larger than %(limit_mb)s MB, which no published list is."),
        gettext_noop("Check that it is the list and not an archive of several."),
    ),
    "list_no_file": (
        gettext_noop("No file was given."),
        gettext_noop("Give the files of the list: %(expected)s."),
    ),
    "list_file_missing": (
        gettext_noop("The file with the %(value)s is missing; the list consists of all of: %(expected)s."),
        gettext_noop("Load the files of one list together, all of the same publication."),
    ),
    "list_one_file": (
        gettext_noop("“%(file)s” is one file too many: this list is one file."),
        gettext_noop("Give one of: %(expected)s."),
    ),
    "list_no_end": (
        gettext_noop(
            "The file lacks the mark of its end (Ctrl-Z), which the other files have: it breaks off after row %(row)s."
        ),
        _AGAIN,
    ),
    "list_file_twice": (
        gettext_noop("The file holds the same part of the list as “%(value)s”."),
        gettext_noop("Give each part of the list once."),
    ),
    "list_wrong_file": (
        gettext_noop("The file is not of this list: it holds %(value)s, where %(expected)s is expected."),
        gettext_noop("Choose the list that the file belongs to, or load the right file."),
    ),
    "list_html": (
        gettext_noop("The file is a web page, not a list: servers answer so when something is wrong with them."),
        _AGAIN,
    ),
    "list_not_utf8": (
        gettext_noop("The file is not UTF-8 text: line %(row)s holds bytes that UTF-8 does not allow."),
        gettext_noop("Load the file as its publisher made it, without saving it again in another program."),
    ),
    "list_nul": (
        gettext_noop("Line %(row)s holds a NUL byte, which text never does: the file is damaged."),
        _AGAIN,
    ),
    "list_encoding": (
        gettext_noop("The file says that it is written in %(value)s; lists are read as UTF-8 only."),
        gettext_noop("Load the file as its publisher made it, without saving it again in another program."),
    ),
    "list_doctype": (
        gettext_noop("The file holds a document type declaration (DOCTYPE), which can unpack without end."),
        gettext_noop("No published list has one. Fetch it again from its publisher and ask where this one came from."),
    ),
    "list_xml_broken": (gettext_noop("The XML is damaged or breaks off in line %(row)s."), _AGAIN),
    "list_json_broken": (gettext_noop("The JSON is damaged or breaks off in line %(row)s."), _AGAIN),
    "list_csv_broken": (
        gettext_noop("The file breaks off or is damaged at row %(row)s: a quotation mark is not closed."), _AGAIN,
    ),
    "list_cells": (
        gettext_noop("Row %(row)s has %(found)s cells; each row of this file has %(expected)s."), _AGAIN,
    ),
    "list_column_missing": (
        gettext_noop("The column “%(column)s” is missing."),
        gettext_noop("Load the file as its publisher made it. Its columns are: %(expected)s."),
    ),
    "list_column_unknown": (
        gettext_noop("The column “%(value)s” is not part of this file."),
        gettext_noop("Remove it or rename it. The columns are: %(expected)s."),
    ),
    "list_file_name": (
        gettext_noop("The name “%(file)s” does not say which asset the addresses are of, and of which month."),
        gettext_noop("Name it as ofac_addresses_2026-08_ETH.txt, or give the list as JSON."),
    ),
    # Entries
    "list_no_key": (
        gettext_noop("The entry in row %(row)s has no identifier of its publisher."), _AGAIN,
    ),
    "list_no_name": (gettext_noop("The entry %(value)s has no name."), _AGAIN),
    "list_too_long": (
        gettext_noop("“%(column)s” of the entry in row %(row)s has more than %(limit)s characters."),
        gettext_noop("The file is damaged, or not what its publisher made. Fetch it again."),
    ),
    "list_key_twice": (
        gettext_noop("The entry %(value)s occurs twice, the second time in row %(row)s."), _AGAIN,
    ),
    "list_orphan": (
        gettext_noop("Row %(row)s belongs to the entry %(value)s, which the list does not hold."),
        gettext_noop("The files are of different publications, or one of them is cut. Load those of one day together."),
    ),
    "list_kind": (
        gettext_noop("“%(value)s” in row %(row)s is not a kind of entry of this list."),
        gettext_noop("Expected: %(expected)s."),
    ),
    "list_date": (
        gettext_noop("“%(value)s” (%(column)s, row %(row)s) is not a date."),
        gettext_noop("Expected: %(expected)s."),
    ),
    "list_address": (
        gettext_noop("“%(value)s” in row %(row)s is not a digital-currency address."),
        gettext_noop("A list of addresses has one address a line and nothing else."),
    ),
    "list_country": (
        gettext_noop("“%(value)s” in row %(row)s is not a country."),
        gettext_noop("Write its code of ISO 3166-1, such as HK, or its name in English."),
    ),
    # The list as a whole
    "list_count": (
        gettext_noop("The file says that it has %(expected)s %(value)s; it holds %(found)s."), _AGAIN,
    ),
    "list_few": (
        gettext_noop("The list holds %(found)s entries; one with fewer than %(expected)s is not believed to be whole."),
        _AGAIN,
    ),
    "list_future": (
        gettext_noop("The list is dated %(day)s, which has not come yet."),
        gettext_noop("Check where the file is from."),
    ),
    "list_older": (
        gettext_noop("The list is of %(day)s; the version in force (number %(number)s) is newer: %(other_day)s."),
        gettext_noop("Fetch the present list. If the older one is meant, two officers let it through."),
    ),
    "list_shrunken": (
        gettext_noop(
            "%(gone)s of the %(before)s entries of the version in force (number %(number)s) are gone: %(share)s,"
            " where one update may take %(most)s."
        ),
        gettext_noop("Fetch the list again. If its publisher did remove them, two officers let it through."),
    ),
    "list_fewer_names": (
        gettext_noop(
            "%(gone)s of the %(before)s names of the version in force (number %(number)s) are gone: %(share)s,"
            " where one update may take %(most)s."
        ),
        gettext_noop("Fetch the list again. If its publisher did remove them, two officers let it through."),
    ),
    "list_fewer_addresses": (
        gettext_noop(
            "%(gone)s of the %(before)s digital-currency addresses of the version in force (number %(number)s) are"
            " gone: %(share)s, where one update may take %(most)s."
        ),
        gettext_noop("Fetch the list again. If its publisher did remove them, two officers let it through."),
    ),
    "list_second_officer": (
        gettext_noop("The authority's own list is changed by two officers, not by one who loads a file."),
        gettext_noop("Let another officer let this load through."),
    ),
    # Fetching
    "list_no_source": (
        gettext_noop("No address is set from which this list is fetched."),
        gettext_noop("Set %(value)s, or load the list as a file."),
    ),
    "list_not_https": (
        gettext_noop("The address %(value)s is not https."),
        gettext_noop("Set an address that begins with https://."),
    ),
    "list_unreachable": (
        gettext_noop("%(value)s could not be read: %(reason)s."),
        gettext_noop("It is tried again tonight. If it stays so, load the list as a file."),
    ),
    "list_slow": (
        gettext_noop("%(value)s was not read to its end within %(seconds)s seconds."),
        gettext_noop("It is tried again tonight. If it stays so, load the list as a file."),
    ),
    "list_cut": (
        gettext_noop("%(value)s announced %(expected)s bytes and sent %(found)s: the download is cut."),
        gettext_noop("It is tried again tonight. If it stays so, load the list as a file."),
    ),
    "list_answer": (
        gettext_noop("%(value)s answered with status %(status)s."),
        gettext_noop("Check the address at the publisher. It is tried again tonight."),
    ),
    "list_elsewhere": (
        gettext_noop("%(value)s sends on to another host (%(other)s), which is not followed."),
        gettext_noop(
            "Check the address at the publisher; if it may send on there, name the host in ASSAY_WATCHLIST_HOSTS."
        ),
    ),
}
