"""What every endpoint of the API shares: answers to refusals, pages of rows, keys that make a retry safe, limits."""
