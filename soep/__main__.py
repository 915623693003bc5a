"""`python -m soep` is the command `soep`."""

from soep.cli.main import main

if __name__ == "__main__":
    main()
