"""`python -m migcheck`."""

from migcheck.cli import main

if __name__ == "__main__":
    main()
