"""One module for each feed that reserves reads; the .toml beside it describes the feed."""
