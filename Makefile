# The commands, the same by hand and in CI.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
TESTS := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

.PHONY: run test test-all services lint bench

run: .venv/ready
	$(BIN)/python run.py $(ARGS)

test: .venv/ready-dev
	@sh tests/chromium.sh
	$(TESTS) $(ARGS)

test-all: lint
	@sh tests/chromium.sh
	$(TESTS) -m "" $(ARGS)

services:
	@sh tests/chromium.sh
	@sh tests/redis.sh
	@sh tests/engines.sh

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready-dev
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file; done

.venv/ready: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/ready-dev: requirements-dev.txt requirements-engines.txt .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
