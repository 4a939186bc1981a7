"""The landing folder: its files found, hashed, left out by options, cleaned away once loaded."""
