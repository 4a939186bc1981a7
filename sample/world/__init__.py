"""The business itself, before any system has written it down: clean, coherent, and the truth."""
