"""AML over the API, for the authority's own programs: whose key is an issuer's finds nothing here."""
