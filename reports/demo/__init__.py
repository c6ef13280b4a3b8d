"""The demonstration world: five fictional issuers, their banks, their books and their people, as pure data and arithmetic."""
