"""What pages of AML show, worked out from rows."""
