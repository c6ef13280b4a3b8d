"""What reports does: judging issuers, freezing and rendering documents, telling people."""
