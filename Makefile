# Everything a contributor does, from a fresh clone. `make` alone lists it.
#
# Stamp files inside .venv say what has been set up, so the second call of anything starts at once.

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Tests that run at the same time; each worker has servers of its own.
WORKERS ?= auto

# The first interpreter from 3.10 on; set PYTHON to choose another one.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo "$$python" && break; done)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.DEFAULT_GOAL := help
.PHONY: help demo test test-matrix lint format docs bench profile clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.installed  ## set up, then verify an example history that has a fault in it
	@echo "migcheck verify --url examples/shop/alembic.ini"
	@$(BIN)/migcheck verify --url examples/shop/alembic.ini $(ARGS) || test $$? -eq 1

test: $(VENV)/.installed-dev  ## set up and run every test (ARGS="-k name" for some of them)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-matrix: $(VENV)/.installed-dev  ## the core tests under each supported Python, SQLAlchemy and alembic found here
	@$(BIN)/python tests/matrix.py $(ARGS)

lint: $(VENV)/.installed-dev  ## ruff, mypy --strict, the layers of the design, docstring coverage
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/interrogate migcheck

format: $(VENV)/.installed-dev  ## let ruff lay out the code
	@$(BIN)/ruff format migcheck tests bench

docs: $(VENV)/.installed-docs  ## generate the reference and the README's picture, build the site (ARGS=serve: serve it)
	@$(BIN)/python docs/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs $(or $(ARGS),build)

bench: $(VENV)/.installed-bench  ## what verify costs, against alembic and two plugins of pytest (minutes; ARGS=--full: an hour)
	@$(BIN)/python -m bench $(ARGS)

profile: $(VENV)/.installed  ## where the time of a walk goes, function by function
	@$(BIN)/python -m bench.profile $(ARGS)

$(VENV)/.installed-bench: $(VENV)/.installed
	@echo "installing what migcheck is measured against into $(VENV)"
	@$(BIN)/python -m pip install --quiet --group bench
	@touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	@echo "installing what builds the site into $(VENV)"
	@$(BIN)/python -m pip install --quiet --group docs
	@touch $@

$(VENV)/.installed-drivers: $(VENV)/.installed-dev
	@echo "compiling drivers of MariaDB and MySQL into $(VENV)"
	@$(BIN)/python -m pip install --quiet --group drivers
	@touch $@

clean:  ## remove all that the other targets made
	@rm -rf $(VENV) .venvs .real-histories site build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find migcheck tests bench docs examples fixtures -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "migcheck needs Python 3.10 or newer; none was found on PATH. Set PYTHON=/path/to/python3." >&2; exit 1; }
	@echo "setting up $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "python -m venv failed. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "installing migcheck into $(VENV)"
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "installing what tests and lint need into $(VENV)"
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@
