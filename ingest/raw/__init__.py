"""The raw Delta tables: their columns and types, their rows, and the log of their schemas."""
