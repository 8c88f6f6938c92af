"""`python -m broadsheet` is the console command."""

from broadsheet.cli import main

if __name__ == "__main__":  # a helper process loads this module too
    main()
