"""`python -m broadsheet` is the console command."""

from broadsheet.cli import main

main()
