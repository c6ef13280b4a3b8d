"""What is done with reserves: files taken in, days reconciled and judged, breaks carried, lateness worked."""
