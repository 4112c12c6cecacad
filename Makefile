# make run: a server of assets/ at http://127.0.0.1:8000, from nothing but Python 3.11 and pip; with npm, the page has
#           its own player, else the browser's.
#           make run ARGS="--assets ~/Movies --port 9000" takes the server's settings.
# make test: the tests. It installs all that they need: of Debian where that takes no password (tests/packages.py), and by
#            pip and npm. Tests of what is missing all the same are skipped. make test SYSTEM=no installs nothing of Debian.
#            As many run at once as there are processors. make test ARGS=tests/wire takes pytest's arguments.
# make check: the linter, the type checkers, the tests of the page's modules that need no browser, and whether
#             vulnerabilities are known in what is installed (scripts/audit.py). Without npm the page is not checked.
# make coverage: the tests, and how much of the server they run. What runs in processes of their own is not counted.
# make site: two servers of one bucket behind nginx, at http://127.0.0.1:8080 (docs/deploying.md); needs Debian's nginx.
# make bench: this server beside its peers; make bench ARGS=--quick takes two minutes. Peers that are not here are named:
#             nginx, caddy, nodejs and npm, and fuse and libfuse2 for the slow disk, are Debian's. Real segments need root.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
SYSTEM ?= yes

# pip installs into the environment from outside, so that neither ensurepip nor Debian's python3-venv is needed.
PIP = $(PYTHON) -m pip --python $(VENV)/bin/python --disable-pip-version-check --quiet

.PHONY: run test coverage system check site bench sample screenshots clean

run: $(VENV)/installed static/vendor
	@$(VENV)/bin/python server.py $(ARGS)

test: system $(VENV)/installed-test node_modules/installed-test
	$(VENV)/bin/python -m pytest $(COVERAGE) --numprocesses=logical --dist=loadfile --no-loadscope-reorder $(ARGS)

coverage: COVERAGE = --cov
coverage: test

system:
ifneq ($(SYSTEM),no)
	@$(PYTHON) tests/packages.py
endif

check: $(VENV)/installed-dev node_modules/installed-test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	@if command -v npm >/dev/null && [ -x node_modules/.bin/tsc ]; then npm run --silent check && npm test --silent; else echo "tsc, node --test: not run: npm is missing or failed"; fi
	@$(VENV)/bin/python scripts/audit.py

site: $(VENV)/installed-test static/vendor
	@$(VENV)/bin/python deploy/site.py $(ARGS)

bench: $(VENV)/installed-bench benchmarks/node_modules
	$(VENV)/bin/python -m benchmarks $(ARGS)

# Needs ffmpeg and the DejaVu fonts.
sample:
	$(PYTHON) scripts/render_sample.py

# Needs ffmpeg, the DejaVu fonts and Chromium.
screenshots: $(VENV)/installed-test static/vendor
	$(VENV)/bin/python scripts/screenshots.py

clean:
	rm -rf $(VENV) node_modules static/vendor benchmarks/node_modules benchmarks/partial build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

$(VENV)/bin/python:
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/installed: setup.py | $(VENV)/bin/python
	$(PIP) install --editable '.[media]'
	@touch $@

$(VENV)/installed-test: setup.py | $(VENV)/bin/python
	$(PIP) install --editable '.[test]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-dev: setup.py | $(VENV)/bin/python
	$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-bench: setup.py | $(VENV)/bin/python
	$(PIP) install --editable '.[bench]'
	@touch $@ $(VENV)/installed

# The page takes three packages, its tests three hundred (Azurite's). Each npm ci begins with an empty node_modules.
static/vendor: OMIT = --omit=dev
static/vendor node_modules/installed-test: package.json package-lock.json
	@if command -v npm >/dev/null && npm ci --silent $(OMIT) && npm run --silent vendor; then touch static/vendor $@; else echo "npm is missing or failed: the page plays with the browser's own controls" >&2; fi

# Without npm there is no Express, which the benchmark then leaves out.
benchmarks/node_modules: benchmarks/package.json
	if command -v npm >/dev/null; then npm install --prefix benchmarks --no-package-lock --no-audit --no-fund --silent; fi
	@mkdir -p $@ && touch $@
