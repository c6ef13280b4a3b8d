"""The demonstration world as pure data and arithmetic: five fictional issuers, their banks, books and people."""
