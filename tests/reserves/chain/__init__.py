"""The chain reader against a real node, and against endpoints that lie."""
