"""The sentences of what can be wrong with a file of wallets or transfers."""

from __future__ import annotations

from core.problems import declare


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation; it is translated where it is shown, not here."""
    return message


# rule -> (what is wrong, what to do about it), as in core.problems.
declare({
    "address_shape": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, is not an address on %(chain)s."),
        gettext_noop("Copy it again from the wallet or the block explorer."),
    ),
    "address_checksum": (
        gettext_noop("The address “%(value)s” in “%(column)s”, row %(row)s, has a letter or digit wrong: its checksum"
                     " does not fit."),
        gettext_noop("Copy it again from the wallet or the block explorer; write none by hand."),
    ),
    "chain_not_named": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, does not name a chain."),
        gettext_noop("Write it as CAIP-2, for example eip155:1."),
    ),
    "transaction_shape": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, is not the hash of a transaction on %(chain)s."),
        gettext_noop("Write 0x and 64 hexadecimal digits, as the block explorer shows it."),
    ),
    "amount_above_chain": (
        gettext_noop("“%(value)s” in “%(column)s”, row %(row)s, is more than 256 bits hold: no contract has moved it."),
        gettext_noop("Give the raw units of the contract, as its event has them."),
    ),
    "block_two_hashes": (
        gettext_noop("Block %(block)s has the hash %(value)s in row %(row)s and another one in row %(first_row)s."),
        gettext_noop("Read the blocks again when they are final, and send one version of each."),
    ),
    "block_two_times": (
        gettext_noop("Block %(block)s has the time %(value)s in row %(row)s and another one in row %(first_row)s."),
        gettext_noop("A block has one time. Check both lines."),
    ),
    "outside_range": (
        gettext_noop("Row %(row)s is of block %(value)s, outside the range %(first)s to %(last)s that the file says it"
                     " covers."),
        gettext_noop("Correct first_block and last_block, or leave both out."),
    ),
    "ranges_differ": (
        gettext_noop("Row %(row)s says another range of blocks for %(value)s than row %(first_row)s."),
        gettext_noop("Give the same first_block and last_block on every line of a chain."),
    ),
    "transfer_contradicts": (
        gettext_noop("Row %(row)s says something else of transfer %(value)s than receipt %(receipt)s does."),
        gettext_noop("Check both at the chain. If the earlier file is wrong, send a correction that supersedes it."),
    ),
    "block_read_otherwise": (
        gettext_noop("Row %(row)s has transfer %(value)s in another block than the platform, which read it from final"
                     " blocks of the chain."),
        gettext_noop("Read the blocks again when they are final, and send them as they are then."),
    ),
    "transfer_not_on_chain": (
        gettext_noop("The transfer %(value)s in row %(row)s is not on the chain: the platform has read all transfers of"
                     " the contract in its block."),
        gettext_noop("Check transaction, place in the block and block at the chain, and send what is there."),
    ),
    "not_a_range": (
        gettext_noop("The first line does not say which blocks of which contract were read."),
        gettext_noop("Such files are made by the platform alone. Send transfers as the feed “transfers”."),
    ),
    "not_of_the_range": (
        gettext_noop("Line %(row)s is not a transfer of the range that the first line names, or not in order."),
        gettext_noop("Such files are made by the platform alone. Send transfers as the feed “transfers”."),
    ),
    "contract_of_another": (
        gettext_noop("Contract %(value)s in row %(row)s is registered for the coin of another issuer."),
        gettext_noop("Send the transfers of your own coin and of contracts that no licensee has."),
    ),
    "not_json_line": (
        gettext_noop("Line %(row)s is not one JSON object."),
        gettext_noop("Send the file as the exporter wrote it, one object a line."),
    ),
    "not_an_export": (
        gettext_noop("Line %(row)s is of type “%(value)s”; such a file holds token transfers and blocks."),
        gettext_noop("Export token transfers (and blocks, which say what was covered)."),
    ),
    "json_name": (
        gettext_noop("The name “%(file)s” does not end in .jsonl or .json."),
        gettext_noop("Send the JSON lines as the exporter wrote them, named accordingly."),
    ),
    "no_transfers": (
        gettext_noop("The file holds no transfer."),
        gettext_noop("Send at least one line. Blocks in which nothing moved are covered by the file around them."),
    ),
})
