"""What is published of issuers, in the shapes in which it leaves: tables, JSON, feeds, drawings."""
