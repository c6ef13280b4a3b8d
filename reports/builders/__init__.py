"""What each report says: records become frozen facts, frozen facts become what the page prints."""
