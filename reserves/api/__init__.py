"""Coins, the files about them and their reserve days, for programs."""
