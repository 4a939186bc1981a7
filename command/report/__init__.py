"""The report of a run: its data, the figures in it, and the forms in which it is read."""
