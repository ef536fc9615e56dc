# Two commands for a fresh machine with Python 3.11 or newer:
#   make demo    a live site over an embedded SQLite sample, at 127.0.0.1:8000 (PORT changes it)
#   make test    everything that CI runs
# The work is done by scripts/, under the same names, so that each step can be run alone.

PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
export VENV PORT

.DEFAULT_GOAL := help
.PHONY: help demo test check pytest client test-all-pythons docs bench format clean

help:
	@echo "make demo    run the demo at 127.0.0.1:$(PORT)"
	@echo "make test    linters, type checkers, client checks, the whole test suite with coverage"
	@echo "make check   only the linters and type checkers"
	@echo "make pytest  only the Python tests; ARGS='-k name' is passed on"
	@echo "make test-all-pythons   the suite without a browser on every other Python found"
	@echo "make docs    build the documentation into site/"
	@echo "make bench   the quick benchmarks"
	@echo "make format  let ruff format and sort"

# The stamps say what the environment holds: reinstalled only when the declared dependencies change.
$(VENV)/.wayfare-run: pyproject.toml
	scripts/install run

$(VENV)/.wayfare-dev: pyproject.toml
	scripts/install dev

demo: $(VENV)/.wayfare-run
	$(BIN)/wayfare demo --host 127.0.0.1 --port $(PORT)

test: $(VENV)/.wayfare-dev
	scripts/check
	scripts/client install
	scripts/test $(ARGS)

check: $(VENV)/.wayfare-dev
	scripts/check

client: $(VENV)/.wayfare-dev
	scripts/client

pytest: $(VENV)/.wayfare-dev
	scripts/test --no-cov $(ARGS)

test-all-pythons:
	scripts/test-all-pythons

docs: $(VENV)/.wayfare-dev
	scripts/docs

bench: $(VENV)/.wayfare-dev
	scripts/bench

format: $(VENV)/.wayfare-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .venv-* build dist site htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache
