"""What AML reads."""
