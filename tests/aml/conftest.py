"""What tests of AML share."""

from tests.aml.listed import equal_names

__all__ = ["equal_names"]
