# Nightmarket: one file of verbs. `make help` lists them; CI calls the same ones.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := server/.venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
STAMPS := server/.build
PORT   ?= 8000

# ---------------------------------------------------------------------------------------------------------------- set-up

.PHONY: setup
setup: prerequisites $(STAMPS)/server $(STAMPS)/node $(STAMPS)/web ## install everything and build the web client (quick when nothing changed)

.PHONY: prerequisites
prerequisites:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Nightmarket needs Python 3.11 or newer (set PYTHON=… to choose one)."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "Python's venv module is missing: on Debian and Ubuntu, apt-get install python3-venv."; exit 1; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null \
		|| { echo "Nightmarket needs Node.js 20 or newer to build its web client."; exit 1; }
	@command -v npm >/dev/null || { echo "npm is missing: it comes with Node.js, or apt-get install npm."; exit 1; }

$(UV):
	@echo "Creating the Python environment…"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.13"

$(STAMPS)/server: server/pyproject.toml server/uv.lock | $(UV)
	@echo "Installing the server's locked dependencies…"
	@cd server && .venv/bin/uv sync --quiet --locked --inexact
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/node: web/package-lock.json web/package.json
	@echo "Installing the web client's locked dependencies…"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(STAMPS) && touch $@

WEB_SOURCES := $(shell find web/src web/public web/tools -type f 2>/dev/null) web/index.html web/vite.config.ts

$(STAMPS)/web: $(STAMPS)/node $(WEB_SOURCES)
	@echo "Building the web client…"
	@cd web && npm run --silent build
	@mkdir -p $(STAMPS) && touch $@

# ----------------------------------------------------------------------------------------------------------------- verbs

.PHONY: run
run: setup ## set up and start everything with two demo shops (PORT=8000)
	@exec $(BIN)/nightmarket up --seed --port $(PORT)

.PHONY: demo
demo: setup ## the same, plus a live sale that plays itself
	@exec $(BIN)/nightmarket up --demo --port $(PORT)

.PHONY: test
test: setup test-server test-web test-journeys ## all tests, on every engine that answers

.PHONY: test-server
test-server: setup
	@cd server && .venv/bin/python -m pytest -n 2 --dist loadfile

.PHONY: test-web
test-web: setup
	@cd web && npm run --silent test

.PHONY: test-journeys
test-journeys: setup
	@cd web && npm run --silent journeys

.PHONY: check
check: setup check-server check-web ## linters, types, module stack, contracts, languages, budgets

.PHONY: check-server
check-server: setup
	@cd server && .venv/bin/ruff format --check --quiet . && .venv/bin/ruff check --quiet .
	@cd server && .venv/bin/mypy
	@cd server && PYTHONPATH=. .venv/bin/lint-imports --no-cache
	@cd server && .venv/bin/python -m tools.size_budget
	@cd server && .venv/bin/python -m tools.contracts --check
	@cd server && .venv/bin/python -m tools.status --check

.PHONY: check-web
check-web: setup
	@cd web && npm run --silent check

.PHONY: contracts
contracts: setup ## write contracts/, docs/problems/ and the client's types from the code
	@cd server && .venv/bin/python -m tools.contracts
	@cd web && npm run --silent gen:api

.PHONY: bench
bench: setup ## benchmarks, printed as ratios
	@for file in bench/[!s]*.py bench/safety.py bench/startup.py bench/fanout/run.py; do echo "── $$file"; $(BIN)/python $$file; done

.PHONY: bench-fanout
bench-fanout: setup ## the realtime edge beside other servers, every size and scenario (about forty minutes)
	@$(BIN)/python bench/fanout/run.py --full

.PHONY: fmt
fmt: setup ## format everything
	@cd server && .venv/bin/ruff format --quiet . && .venv/bin/ruff check --fix --quiet .
	@cd web && npx eslint . --fix

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12
