# saleslake: `make run` builds the lake, `make test` checks everything. `make help` lists the rest.
#
# One's own files:  make run LANDING=<folder> LAKE=<folder> ENGINE=embedded|spark

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH_VENV := .venv-bench
READY := $(VENV)/.ready
UV_VERSION := 0.13.9
CONVENTIONS := target/conventions

ifdef LANDING
export SALESLAKE_LANDING := $(LANDING)
endif
ifdef LAKE
export SALESLAKE_LAKE := $(LAKE)
endif
ifdef ENGINE
export SALESLAKE_ENGINE := $(ENGINE)
endif

.DEFAULT_GOAL := help
.PHONY: help setup run status test test-embedded test-spark soak check conventions unit hooks docs bench lock clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/' | expand -t 20

setup: $(READY) profiles.yml  ## .venv with the exact locked versions, and profiles.yml

$(READY): requirements/local.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { \
	  echo "saleslake needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Set PYTHON=python3.11." >&2; exit 1; }
	@echo "Setting up $(VENV) (the first time only; a minute or two) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/local.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(READY)

profiles.yml: profiles.yml.example
	@test -e profiles.yml || cp profiles.yml.example profiles.yml
	@touch profiles.yml

run: setup  ## files in LANDING to a tested star schema in LAKE
	@$(BIN)/saleslake run

status: setup  ## what is in LAKE, how fresh, what is set aside
	@$(BIN)/saleslake status

test: setup check  ## all tests and checks, both engines
	@$(MAKE) --no-print-directory --jobs 2 test-embedded test-spark

test-embedded: setup
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

# In a process of its own, beside the others: each waits half of its time.
test-spark: setup
	@$(BIN)/python -m pytest -m spark --quiet

unit: setup  ## the tests that start no engine (seconds)
	@$(BIN)/python -m pytest -m "not slow and not spark"

soak: setup  ## many more generated files than make test, others each time (an hour)
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest tests/python/ingest/test_ingest_property.py

check: setup  ## formatting, types, lint of Python and SQL, conventions of the dbt project
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar models analyses tests/dbt
	@$(MAKE) --no-print-directory conventions

conventions: setup  ## names, layers, descriptions, keys and tests, from dbt's manifest (no engine)
	@$(BIN)/dbt --warn-error parse --quiet --target embedded --target-path $(CONVENTIONS) --log-level-file none
	@COLUMNS=150 $(BIN)/dbt-bouncer run --show-all-failures > $(CONVENTIONS)/bouncer.log 2>&1 \
	  || { cat $(CONVENTIONS)/bouncer.log; exit 1; }
	@grep -o 'All checks passed.*ERROR=0' $(CONVENTIONS)/bouncer.log

hooks: setup  ## run the checks on what changed before every commit
	@$(BIN)/pre-commit install

docs: setup  ## the dbt docs site on http://127.0.0.1:8080
	@$(BIN)/dbt docs generate
	@$(BIN)/dbt docs serve --host 127.0.0.1 --port 8080

bench: setup $(BENCH_VENV)/.ready  ## compare with dbt-duckdb; BENCH="--help" lists the options
	@$(BIN)/python -m bench $(BENCH)

$(BENCH_VENV)/.ready: requirements/bench.txt | $(READY)
	@echo "Setting up $(BENCH_VENV) ..."
	@test -x $(BENCH_VENV)/bin/python || $(PYTHON) -m venv $(BENCH_VENV)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BENCH_VENV)/bin/python --require-hashes -r requirements/bench.txt
	@touch $@

lock: $(READY)  ## resolve requirements/*.txt again from pyproject.toml
	@$(BIN)/uv pip compile --quiet pyproject.toml --extra local --group dev --universal \
	  --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-header -o requirements/local.txt
	@$(BIN)/uv pip compile --quiet requirements/databricks.in --universal \
	  --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-header -o requirements/databricks.txt
	@$(BIN)/uv pip compile --quiet requirements/bench.in --universal \
	  --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-header -o requirements/bench.txt

clean:  ## remove what the commands made, but for the lake and the landing folder
	@rm -rf $(VENV) $(BENCH_VENV) target logs .mypy_cache .pytest_cache .ruff_cache
