# Herald's commands. Everything they install goes into .venv, from locked and hashed lists.
# `make` alone prints what there is; CONTRIBUTING.md tells when to use what.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes -r requirements/newer-python.txt
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/python -m piptools compile --quiet \
	--generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
# More for pytest, pip-compile and so on: make test ARGS="-x tests/unit"
ARGS ?=
# As many processes as the tests run in: more than there are processors, as some tests wait.
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 4 ? n + 2 : n + 1)))
# Programs and cogs are loaded hundreds of times, and must not be compiled each time.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS) --dist worksteal --durations 10
# One process for minutes, on a machine that has more: beside the tests. Import-linter is one of them.
TYPES := $(BIN)/basedpyright --pythonpath $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help demo run test check chaos soak bench fmt texts config events lock clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.demo ## the bot in a simulated Discord, no token needed (ONCE=1 plays it through; TO=url delivers to you too)
	@$(BIN)/herald demo $(if $(ONCE),--once) $(if $(TO),--to "$(TO)") $(ARGS)

run: $(VENV)/.base ## the real bot, with config.toml and its token
	@$(BIN)/herald run $(ARGS)

test: $(VENV)/.dev $(VENV)/.node ## the tests but the thorough ones, in minutes (ARGS="-x tests/unit" narrows them)
	$(PYTEST) --quick $(ARGS)

check: $(VENV)/.dev $(VENV)/.node ## everything that CI asks: style, types, imports, all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@echo "$(TYPES)  (beside the tests; what it finds comes after them)"
	@$(TYPES) > $(VENV)/types.txt & types=$$!; \
		(set -x; $(PYTEST) $(ARGS)); tests=$$?; \
		wait $$types; types=$$?; cat $(VENV)/types.txt; exit $$((tests ? tests : types))

chaos: $(VENV)/.dev $(VENV)/.node ## what kills, by a drawn seed, in minutes (ALL=1: every kill, many seeds, in hours)
	@export $(if $(ALL),HERALD_CHAOS=1,HERALD_SEED="$${HERALD_SEED:-$$(date +%s)}"); \
		echo "HERALD_SEED=$$HERALD_SEED"; set -x; $(PYTEST) $(or $(ARGS),tests/chaos)

soak: $(VENV)/.dev $(VENV)/.node ## the tests again, with many more rounds and examples
	HERALD_SOAK=1 $(PYTEST) $(ARGS)

bench: $(VENV)/.dev $(if $(PEERS),.bench/peers/.installed) ## the measurements, as a table (PEERS=1 installs other job queues to compare with)
	$(BIN)/python -m bench $(ARGS)

fmt: $(VENV)/.dev ## bring the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

texts: $(VENV)/.dev ## bring the template and every translation up to date (ARGS=fr begins a language)
	$(BIN)/python -m tools.texts $(ARGS)

config: $(VENV)/.base ## write config.example.toml anew from bot/config.py
	$(BIN)/python -m tools.example_config

events: $(VENV)/.base ## write docs/events.md and the schema that receivers rely on from the catalogue
	$(BIN)/python -m tools.events

logs: $(VENV)/.dev ## write docs/logs.md anew from the lines that the code logs
	$(BIN)/python -m tools.logs

lock: $(VENV)/.dev ## resolve requirements/*.txt anew (ARGS=--upgrade takes newer releases)
	$(COMPILE) $(ARGS) -o requirements/base.txt pyproject.toml requirements/build.in
	$(COMPILE) $(ARGS) -o requirements/demo.txt --extra demo -c requirements/base.txt \
		pyproject.toml requirements/build.in
	$(COMPILE) $(ARGS) -o requirements/dev.txt --extra dev -c requirements/demo.txt \
		pyproject.toml requirements/build.in
	$(COMPILE) $(ARGS) -o requirements/peers.txt -c requirements/base.txt requirements/peers.in

clean: ## remove what was installed or built; databases and keys stay
	rm -rf $(VENV) .bench/peers tests/node/node_modules bench/peers/node_modules build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment; a stamp for each level, so that a second run costs nothing ------------

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Herald needs Python 3.11 or newer, and '$(PYTHON)' is not that." \
			"Install one and name it: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Making $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.base: requirements/base.txt requirements/newer-python.txt pyproject.toml | $(VENV)/.python
	@echo "Installing what Herald needs to run ..."
	@$(INSTALL) -r requirements/base.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.demo: requirements/demo.txt $(VENV)/.base
	@echo "Installing the simulated Discord ..."
	@$(INSTALL) -r requirements/demo.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.demo
	@echo "Installing the developer's tools ..."
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

# Other people's verifiers and parsers, for the contract tests. Without a registry in reach the
# tests that need them are skipped by name; HERALD_REQUIRE_NODE=1, which CI sets, demands them.
$(VENV)/.node: tests/node/package-lock.json $(VENV)/.dev
	@echo "Installing what the tests run in Node ..."
	@if PATH="$(abspath $(BIN)):$$PATH" npm --prefix tests/node --loglevel=error ci; then touch $@; \
		else echo "Not installed: the tests that need it will be skipped." >&2; fi

# The job queues that the bench compares Herald with, apart from everything else. Where one of them
# cannot be installed, its row of the table says that it was not measured.
.bench/peers/.installed: requirements/peers.txt bench/peers/package-lock.json | $(VENV)/.dev
	@echo "Installing the job queues to compare with ..."
	@$(BIN)/python -m venv .bench/peers
	@if .bench/peers/bin/python -m pip --disable-pip-version-check --quiet \
			install --require-hashes -r requirements/peers.txt \
		&& PATH="$(abspath $(BIN)):$$PATH" npm --prefix bench/peers --loglevel=error ci; \
		then touch $@; else echo "Not all installed: what is missing will not be measured." >&2; fi
