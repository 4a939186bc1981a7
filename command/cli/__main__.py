"""`python -m command.cli` is the saleslake command."""

from command.cli.main import main

main()
