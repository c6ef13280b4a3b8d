"""The sentences of what can be wrong with a file of IVMS101 messages."""

from __future__ import annotations

from core.problems import declare


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation; it is translated where it is shown, not here."""
    return message


# rule -> (what is wrong, what to do about it), as in core.problems.
declare({
    "not_ivms101": (
        gettext_noop("Message %(row)s: “%(column)s” is not there, or is not shaped as IVMS101 says."),
        gettext_noop("Send an object with “transfer” and “ivms101”, the latter as your software writes it."),
    ),
    "not_an_array": (
        gettext_noop("The file is not one JSON array of messages."),
        gettext_noop("Send an array (.json), or one message a line (.jsonl)."),
    ),
})
