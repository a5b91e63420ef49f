# Two commands for a newcomer: `make plan` and `make test`. Both set up .venv first where it is missing.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: plan test

plan: .venv/.ready
	$(BIN)/mealplan generate --vegetarian

test: .venv/.ready-dev
	$(BIN)/pytest -n auto

.venv/.ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/.ready-dev: .venv/.ready
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@
