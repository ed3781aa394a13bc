"""The door for a WSGI server."""

import gc

from marketplace import create_app

app = create_app()
# What stands now stays as long as the process: the collector need not walk it again, which took a tenth of a second each
# time, in the middle of somebody's request.
gc.collect()
gc.freeze()
