# Opora: two commands do all: `make demo` and `make test`. Both need only make and Python >= 3.11 with venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
PIP_QUIET := --quiet --disable-pip-version-check

.PHONY: setup setup-dev demo test check lint types contract migrations openapi bench soak cluster-test screens lock clean

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/bin/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PIP_QUIET) uv

$(VENV)/.runtime: $(VENV)/bin/uv requirements/runtime.txt pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python -r requirements/runtime.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python -r requirements/dev.txt
	touch $@

demo: setup
	$(BIN)/opora demo

test: setup-dev
	$(BIN)/python tests/browser_setup.py
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: lint types contract migrations openapi

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet src

types: setup-dev
	$(BIN)/mypy src/opora

contract: setup-dev
	$(BIN)/lint-imports

migrations: setup-dev
	$(BIN)/opora manage makemigrations --check --dry-run

openapi: setup-dev
	$(BIN)/opora manage export_openapi --check docs/openapi.json

bench: setup-dev
	$(BIN)/opora bench $(NAME)

soak: setup-dev
	$(BIN)/python -m pytest -n 2 --soak $(ARGS)

cluster-test: setup-dev
	$(BIN)/python -m tests.cluster.programs
	$(BIN)/python -m pytest -n 0 -s --cluster tests/cluster $(ARGS)

screens: setup-dev
	$(BIN)/python tests/browser_setup.py
	$(BIN)/python -m tests.browser.screens docs/screens

lock:
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header pyproject.toml -o requirements/runtime.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --extra dev -c requirements/runtime.txt pyproject.toml -o requirements/dev.txt

clean:
	rm -rf $(VENV) build *.egg-info src/*.egg-info
