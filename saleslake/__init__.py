"""The saleslake command and what its packages share: settings, errors, the lake's layout, logs."""

__version__ = "0.1.0"
