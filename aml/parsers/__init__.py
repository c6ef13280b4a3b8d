"""Readers of published lists, pure: bytes in, entries or problems out. The .toml beside them describes each list."""
