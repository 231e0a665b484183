# `make` alone lists the targets; docs/deployment.md explains each.

PYTHON ?= python3
PORT ?= 8000
export PORT

BIN := .venv/bin
INSTALL = $(PYTHON) requirements/install.py
# Unbuffered, so that the password is seen when the output goes to a file as well.
MANAGE = env DEVELOPMENT=1 PYTHONUNBUFFERED=1 DJANGO_RUNSERVER_HIDE_WARNING=true $(BIN)/python manage.py
# More workers than cores: a test in the browser, or of a process, mostly waits.
# Each takes the files in order from its own end and then helps the other: what one file shares is made once.
PYTEST = $(BIN)/python -m pytest -n 3 --dist worksteal --durations=15 $(ARGS)
SQLITE = env -u DATABASE_URL $(PYTEST)
POSTGRESQL = $(BIN)/python tests/withpg.py $(PYTEST)
# A heading, and a line in the table of times that stands at the end.
PART = @$(BIN)/python tests/timed.py
# Production settings with throw-away values, to check them without a production.
PRODUCTION = env -u DEBUG -u DEVELOPMENT -u DATABASE_URL \
	SITE_ORIGIN=https://record.example.org \
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	STATIC_ROOT=.make/static $(BIN)/python

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url $(ARGS) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run password manage test try test-all check format lock clean python times base dev

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: base ## the site on 127.0.0.1:8000 (PORT=) with the demo campaign; made ready on first use
	@$(MANAGE) develop

password: base ## a new password for the first staff account, or for WHO=
	@$(MANAGE) staff_account --reset $(WHO)

manage: base ## a management command on this machine's site: make manage ARGS="export_campaign kansas-city"
	@$(MANAGE) $(ARGS)

test: dev times ## every test on SQLite, then on a throw-away PostgreSQL what can differ there (ARGS= for pytest)
	$(PART) SQLite $(SQLITE) --choose=.make/lane
	$(PART) PostgreSQL $(POSTGRESQL) --chosen=.make/lane
	$(PART)

try: dev times ## style, layers, types, and on SQLite the tests nearest to what changed since main (ARGS= for pytest)
	$(PART) style $(BIN)/ruff check --quiet
	$(PART) layers $(BIN)/lint-imports --no-logo
	$(PART) types $(BIN)/mypy
	$(PART) tests env -u DATABASE_URL $(BIN)/python tests/near.py $(ARGS)
	$(PART)

test-all: dev times ## every test on SQLite and on PostgreSQL, before a release (ARGS= for pytest)
	$(PART) SQLite $(SQLITE)
	$(PART) PostgreSQL $(POSTGRESQL)
	$(PART)

check: dev times ## style, types, layers, templates, missing migrations, production settings
	$(PART) style $(BIN)/ruff check --quiet
	$(PART) form $(BIN)/ruff format --quiet --check || { echo "Not in the project's form: run make format."; exit 1; }
	$(PART) types $(BIN)/mypy
	$(PART) layers $(BIN)/lint-imports --no-logo
	$(PART) templates $(BIN)/djlint --lint --quiet templates
	$(PART) migrations $(MANAGE) makemigrations --check --dry-run
	@rm -rf .make/static
	$(PART) static $(PRODUCTION) manage.py collectstatic --no-input --verbosity 0
	$(PART) production $(PRODUCTION) manage.py check --deploy --fail-level WARNING
	$(PART)

format: dev ## put the code into the project's form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: dev ## pyproject.toml compiled into requirements/ with hashes (ARGS=--upgrade for newer releases)
	$(LOCK) --output-file requirements/base.txt
	$(LOCK) --group dev --constraints requirements/base.txt --output-file requirements/dev.txt

clean: ## remove what was made here, but neither the database nor the secret key
	rm -rf .venv .make staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

times:
	@mkdir -p .make
	@rm -f .make/times

base dev: python
	@$(INSTALL) $@

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install python3, or name it with PYTHON=."; exit 1; }
