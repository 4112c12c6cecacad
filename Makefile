# make run: starts a server of assets/ at http://127.0.0.1:8000. It needs only Python 3.11 and pip; with npm the page has
#           its own player, without it the browser's.
#           make run ARGS="--assets ~/Movies --port 9000" passes settings to the server.
# make test: runs the tests. It installs what they need: from Debian if that takes no password (tests/packages.py), and
#            from pip and npm. Tests of programs that are still missing are skipped. make test SYSTEM=no installs nothing
#            from Debian. One test more runs at once than there are processors, since some wait for disks and browsers.
#            make test ARGS=tests/wire passes arguments to pytest.
# make check: runs the linter, the type checkers, and the tests of the page's modules that need no browser, and looks for
#             known vulnerabilities in what is installed (scripts/audit.py). Without npm the page is not checked.
# make coverage: runs the tests, and tells which lines of the server they ran, but not those run in other processes.
# make site: starts two servers of one bucket behind nginx, at http://127.0.0.1:8080 (docs/deploying.md); needs nginx.
# make bench: measures this server beside its peers; make bench ARGS=--quick takes two minutes. Peers that are missing are
#             named; nginx, caddy, nodejs and npm are packages of Debian, and so are fuse and libfuse2, which the slow disk
#             needs. Real segments need root.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
SYSTEM ?= yes

TESTS_AT_ONCE = $(shell expr $$(nproc) + 1)

# pip of the system installs into the environment, so neither ensurepip nor Debian's python3-venv is needed.
PIP = $(PYTHON) -m pip --python $(VENV)/bin/python --disable-pip-version-check --quiet

.PHONY: run test coverage system check site bench sample screenshots clean

run: $(VENV)/installed static/vendor
	@$(VENV)/bin/python server.py $(ARGS)

test: system $(VENV)/installed-test node_modules/installed-test
	$(VENV)/bin/python -m pytest $(COVERAGE) --numprocesses=$(TESTS_AT_ONCE) --dist=loadfile --no-loadscope-reorder $(ARGS)

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
	rm -rf $(VENV) node_modules static/vendor benchmarks/node_modules benchmarks/partial benchmarks/starts-films build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

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

# The page takes two packages with what they need (media-chrome, jassub) and esbuild, which makes one file of each script
# of jassub; its tests take three hundred (Azurite's). Each npm ci begins with an empty node_modules.
static/vendor: OMIT = --omit=dev
static/vendor node_modules/installed-test: package.json package-lock.json
	@if command -v npm >/dev/null && npm ci --silent $(OMIT) && npm run --silent vendor; then touch static/vendor $@; else echo "npm is missing or failed: the page plays with the browser's own controls" >&2; fi

# Without npm there is no Express, which the benchmark then leaves out.
benchmarks/node_modules: benchmarks/package.json
	if command -v npm >/dev/null; then npm install --prefix benchmarks --no-package-lock --no-audit --no-fund --silent; fi
	@mkdir -p $@ && touch $@
