"""From tables to files on disk: forms, records as text, a file, the folder as a whole."""
