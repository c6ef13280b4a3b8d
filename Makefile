# setup: everything the platform needs to run.  demo: a running platform with data.  test: the whole suite.
# Each works from a bare clone on a machine with Python 3.11 or newer and a connection to package registries.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(if $(shell command -v $(name)),$(name))))
VENV := .venv
BIN := $(VENV)/bin
UV_INSTALL := $(BIN)/uv pip install --python $(BIN)/python --quiet --compile-bytecode --require-hashes

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench chaos stop messages migrations lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(VENV)/.runtime ## Install what the platform needs, build its assets and translations
	@$(BIN)/python -m config.system_packages
	@$(BIN)/python -m config.assets
	@$(BIN)/python -m config.translations
	@$(BIN)/python -m config.certificates

demo: setup ## Run the whole platform with demonstration data; Ctrl-C ends it
	@exec $(BIN)/python -m config.demo

test: setup $(VENV)/.development ## Run the whole test suite
	@$(BIN)/python -m config.system_packages --tests
	@$(BIN)/python -m config.assets tests
	@$(BIN)/python -m compileall -q config core issuers reserves aml reports
	$(BIN)/python -m pytest -n 2 $(PYTEST)

lint: $(VENV)/.development ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

chaos: setup $(VENV)/.development ## Rehearse a quarter of 20 issuers with workers, broker and mail server killed
	@$(BIN)/python -m tests.chaos $(CHAOS)

bench: setup $(VENV)/.development ## Measure the reserve day of a large coin
	@$(BIN)/python -m tests.bench

stop: ## Stop the embedded database and broker
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m config.embedded stop; else echo "Nothing to do."; fi

messages: $(VENV)/.development ## Collect the sentences to translate into locale/
	@$(BIN)/python manage.py makemessages --locale zh_Hant --locale zh_Hans --add-location file --no-wrap --ignore node_modules --ignore var --ignore .venv --ignore tests

migrations: $(VENV)/.development ## Write the migrations that the models ask for
	@$(BIN)/python manage.py makemigrations

lock: $(VENV)/.uv ## Choose versions anew and write the lock files
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	echo uv | $(LOCK) - --output-file requirements-uv.lock
	$(BIN)/python -m config.assets lock

clean: stop ## Remove everything that make has built; the data under var/ stays
	rm -rf $(VENV) node_modules core/static/build var/cache var/static
	find . -name __pycache__ -prune -exec rm -rf {} +

# A lock says what, never from where: this machine's indexes and constraints stay out of it.
LOCK := env -u PIP_FIND_LINKS -u PIP_CONSTRAINT $(BIN)/uv --no-config pip compile --upgrade --quiet \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	--custom-compile-command "make lock"

$(VENV)/.uv: requirements-uv.lock
	@if [ -z "$(PYTHON)" ] || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "Assay needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python."; exit 1; fi
	@$(PYTHON) -m venv $(VENV) || { \
		echo "Python could not create $(VENV): install its venv module (Debian: apt-get install python3-venv)."; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock || { \
		echo "pip could not install uv: connect this machine to a Python package index and run make again."; exit 1; }
	@touch $@

$(VENV)/.runtime: $(VENV)/.uv requirements.lock
	@$(UV_INSTALL) -r requirements.lock || { \
		echo "uv could not install the packages of requirements.lock: connect this machine to a Python package index and run make again."; exit 1; }
	@touch $@

$(VENV)/.development: $(VENV)/.runtime requirements-dev.lock
	@$(UV_INSTALL) -r requirements-dev.lock || { \
		echo "uv could not install the packages of requirements-dev.lock: connect this machine to a Python package index and run make again."; exit 1; }
	@touch $@
