"""The saleslake command line: each command parses, calls and prints."""
