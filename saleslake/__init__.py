"""What all packages stand on: settings, errors, the lake's layout, small queries to it."""

__version__ = "0.1.0"
