"""What AML does: load lists, screen, raise and decide alerts."""
