"""The API of AML: for programs of the authority, but for the returns that issuers file."""
