"""What is in a lake and how fresh it is, without an engine: its data, and as text."""
