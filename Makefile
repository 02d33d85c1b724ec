.DEFAULT_GOAL := help
.PHONY: help run test lint bench services clean

PYTHON ?= python3
BIN := .venv/bin
PYTEST_ARGS ?=

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: .venv/.installed-demo ## Start PostgreSQL (unless R2A_WRITE_DSN is set), XML service and worker; Ctrl-C stops them
	@exec $(BIN)/python -m r2a_admin run

test: .venv/.installed-dev services ## Install what the tests need, then run them (PYTEST_ARGS='-k name')
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: .venv/.installed-dev ## Check style, imports and types
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/.installed-dev ## Measure questions and changes, about three minutes
	$(BIN)/python -m tests.bench

services: ## Install Redis and HAProxy for the tests (apt-get, as root)
	tests/install-services.sh

clean: ## Remove virtualenv and caches; the data in var/ stays
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A virtualenv is made once, and packages are installed again only when a list of them has changed.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'r2a needs Python 3.11 or newer; name one with: make PYTHON=python3.11 ...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo 'This Python cannot make a virtualenv. As root: apt install python3-venv' >&2; exit 1; }
	@echo 'Making a virtualenv in .venv ...'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed-demo: requirements-demo.txt requirements.txt pyproject.toml | .venv/.made
	@echo 'Installing packages ...'
	@$(BIN)/python -m pip install --disable-pip-version-check --use-pep517 -r requirements-demo.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed-demo
	@echo 'Installing packages for tests and lint ...'
	@$(BIN)/python -m pip install --disable-pip-version-check --use-pep517 -r requirements-dev.txt
	@touch $@
