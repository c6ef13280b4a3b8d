"""The API of AML: for programs of the authority; a key of anybody else finds nothing here."""
