"""Regulation as dated, cited data (``<regime>/*.toml``) bound to small pure checks."""
