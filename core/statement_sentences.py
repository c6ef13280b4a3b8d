"""The sentences of what can be wrong with a statement of a bank or custodian, and with a file in the drop folder."""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation; it is translated where it is shown, not here."""
    return message


# rule -> (what is wrong, what to do about it), as in core.problems.
STATEMENTS: dict[str, tuple[str, str]] = {
    # Statements of banks and custodians
    "statement_name": (
        gettext_noop("The name “%(file)s” does not end in %(allowed)s."),
        gettext_noop("Send the statement as the bank or custodian made it, named accordingly."),
    ),
    "statement_not_utf8": (
        gettext_noop("The statement is not UTF-8 text: line %(row)s holds bytes that UTF-8 does not allow."),
        gettext_noop("Ask the bank or custodian to send it as UTF-8."),
    ),
    "xml_encoding": (
        gettext_noop("The file says that it is written in %(found)s; statements are read as UTF-8 only."),
        gettext_noop("Ask the bank or custodian to send it as UTF-8."),
    ),
    "xml_broken": (
        gettext_noop("The XML is damaged or breaks off in line %(row)s."),
        gettext_noop("Send the statement again as it was made; it has to arrive whole."),
    ),
    "xml_root": (
        gettext_noop("The file holds “%(value)s”; a statement of this kind holds “%(expected)s”."),
        gettext_noop("Choose the kind of statement that the file is, or send the right file."),
    ),
    "xml_version": (
        gettext_noop("“%(value)s” is not a message that is read here."),
        gettext_noop("Ask for a statement in one of: %(expected)s."),
    ),
    "message_cut": (
        gettext_noop("The message that begins in line %(row)s breaks off: its end is missing."),
        gettext_noop("Send the statement again as it was made; it has to arrive whole."),
    ),
    "no_statement": (
        gettext_noop("The file holds no statement of an account."),
        gettext_noop("Ask the bank or custodian to send the statement again."),
    ),
    "no_account": (
        gettext_noop("Statement %(row)s does not say of which account it is."),
        gettext_noop("Ask the bank or custodian to send the statement again with its account."),
    ),
    "no_statement_day": (
        gettext_noop("The statement of account %(value)s does not say of which day it is."),
        gettext_noop("Ask the bank or custodian to send the statement again with its day."),
    ),
    "no_opening_balance": (
        gettext_noop("The statement of account %(value)s gives no opening balance in %(currency)s."),
        gettext_noop("Ask the bank for a statement with opening and closing balance in the currency of the account."),
    ),
    "no_closing_balance": (
        gettext_noop("The statement of account %(value)s gives no closing balance in %(currency)s."),
        gettext_noop("Ask the bank for a statement with opening and closing balance in the currency of the account."),
    ),
    "balance_twice": (
        gettext_noop("The statement of account %(value)s gives the balance %(balance)s in %(currency)s twice."),
        gettext_noop("Ask the bank which of the two is right, and for a statement that gives one."),
    ),
    "balance_mismatch": (
        gettext_noop(
            "Account %(value)s opens at %(opening)s and its entries come to %(moved)s, which makes %(found)s"
            " %(currency)s; the statement closes at %(closing)s."
        ),
        gettext_noop("Entries are missing, doubled or wrong. Ask the bank for the complete statement."),
    ),
    "balance_dates": (
        gettext_noop("The closing balance of account %(value)s is of %(closed)s, its opening balance of %(opened)s."),
        gettext_noop("Ask the bank for a statement whose closing balance is not older than its opening balance."),
    ),
    "statements_apart": (
        gettext_noop(
            "The statements of account %(value)s do not follow each other: one closes at %(closing)s %(currency)s,"
            " the next opens at %(opening)s."
        ),
        gettext_noop("A statement between them is missing, or their order is wrong. Send them complete and in order."),
    ),
    "statement_incomplete": (
        gettext_noop("The statement of account %(value)s breaks off: its last page is missing."),
        gettext_noop("Send all pages of the statement in one file."),
    ),
    "entry_currency": (
        gettext_noop("Entry %(row)s is in %(value)s, but its account is kept in %(expected)s."),
        gettext_noop("Ask the bank for a statement whose entries are in the currency of the account."),
    ),
    "entry_count": (
        gettext_noop("The statement of account %(value)s says that it has %(expected)s entries; it holds %(found)s."),
        gettext_noop("Ask the bank for the complete statement."),
    ),
    "element_missing": (
        gettext_noop("“%(column)s” is missing in entry or position %(row)s."),
        gettext_noop("Ask the bank or custodian for a statement that gives it."),
    ),
    "field_missing": (
        gettext_noop("Field %(column)s is missing in the part that begins in line %(row)s."),
        gettext_noop("Ask the bank or custodian for a statement that gives it."),
    ),
    "no_positions": (
        gettext_noop("The statement of account %(value)s lists no position."),
        gettext_noop("If nothing is held there any longer, say so to your case officer; a file does not tell."),
    ),
    "unreadable_field": (
        gettext_noop("Field %(column)s in line %(row)s cannot be read: “%(value)s”."),
        gettext_noop("It has to be written as: %(expected)s."),
    ),
    "impossible_date": (
        gettext_noop("There is no such day as “%(value)s” (field %(column)s, line %(row)s)."),
        gettext_noop("Ask the bank or custodian to correct the date; none is guessed here."),
    ),
    "field_out_of_place": (
        gettext_noop("Field %(column)s in line %(row)s stands outside a statement."),
        gettext_noop("Send the file as the bank or custodian made it, with whole statements only."),
    ),
    "unregistered_account": (
        gettext_noop("The account %(value)s is not registered for the reserve of %(coin)s on %(day)s."),
        gettext_noop(
            "Check the number. Officers register the accounts of a reserve; once they have, send the same file again."
        ),
    ),
    "account_currency": (
        gettext_noop("The account %(value)s is registered in %(expected)s; the statement is in %(currency)s."),
        gettext_noop("Send the statement in the currency of the account, or ask for the register to be corrected."),
    ),
    "overdrawn": (
        gettext_noop("The account %(value)s is overdrawn: it closes at %(closing)s %(currency)s."),
        gettext_noop("What is owed is no asset of a reserve. Tell your case officer how it is settled."),
    ),
    "implausible_account": (
        gettext_noop(
            "Account %(account)s stands at %(observed)s, by the last statement of it (receipt %(receipt)s,"
            " %(day)s) at %(before)s: a move of %(move)s, where at most %(most)s is plausible."
        ),
        gettext_noop(
            "If the statement is wrong or of another account, send the corrected one: it takes the place of this one."
            " If it is right, say why on its case, and an officer releases it."
        ),
    ),
    # A file in the drop folder
    "drop_place": (
        gettext_noop("The file lies in “%(value)s”, which is not the place of a sender, a coin and a feed."),
        gettext_noop("Put it into the folder sender/coin/feed, for example harbour-bank/LRHKD/camt053."),
    ),
    "drop_sender": (
        gettext_noop("There is no sender “%(value)s” that sends such files for this coin."),
        gettext_noop("Check the name of the folder; it is the short name that the authority gave the sender."),
    ),
    "drop_feed": (
        gettext_noop("There is no feed “%(value)s”."),
        gettext_noop("Use a folder named as one of: %(allowed)s."),
    ),
    "drop_name": (
        gettext_noop("The name “%(value)s” begins with a dot or holds characters that cannot be shown."),
        gettext_noop("Rename the file and send it again."),
    ),
    "drop_link": (
        gettext_noop("“%(value)s” is a link or no plain file."),
        gettext_noop("Send the file itself."),
    ),
}
