"""`python -m signlift`."""

import sys

from signlift.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
