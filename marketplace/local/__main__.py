"""Start the site: ``python -m marketplace.local``, which is what ``make run`` does."""

import sys

from marketplace.local.launcher import main

sys.exit(main(sys.argv[1:]))
