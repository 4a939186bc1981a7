"""Which files are which table: the entries that come with the project, and how they are read."""
