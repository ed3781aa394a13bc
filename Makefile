# `make` alone prints this list. The work is done by marketplace/local (run) and .ci (checks).
PYTHON ?= python3
BOOTSTRAP = @$(PYTHON) marketplace/local/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run test quick check soak bench words lock

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile

run:  ## start the whole site on 127.0.0.1; PORT= and DATABASE_URL= are honoured; Ctrl-C stops it
	$(BOOTSTRAP) -- python -m marketplace.local --with-parent

test:  ## run all tests, journeys in a browser included; ARGS= goes to pytest
	$(BOOTSTRAP) --dev -- python .ci/gate.py test $(ARGS)

quick:  ## lint, types, contracts and the tests of what changed; ONLY="catalog search" narrows it
	$(BOOTSTRAP) --dev -- python .ci/gate.py quick $(ONLY)

check:  ## the whole gate: lint, types, contracts, templates, translations, all tests with coverage
	$(BOOTSTRAP) --dev -- python .ci/gate.py check

soak:  ## long trials of races, kills and random walks
	$(BOOTSTRAP) --dev -- python .ci/gate.py soak

bench:  ## measure the pages; docs/performance.md tells how to read it
	$(BOOTSTRAP) --dev -- python .ci/gate.py bench $(ARGS)

words:  ## collect the words of each plugin into its catalogues
	$(BOOTSTRAP) --dev -- python .ci/words.py

lock:  ## resolve the libraries anew into requirements/*.txt; needs uv
	$(BOOTSTRAP) -- python .ci/lock.py
