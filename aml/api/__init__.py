"""The API of AML: what programs send and read."""
