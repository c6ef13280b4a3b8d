"""Pages of AML alone."""
