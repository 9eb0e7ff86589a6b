# Everything runs in .venv, which these targets make themselves from requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ROWS ?= 10000000
DEMO := .apportion/demo

export DAGSTER_DISABLE_TELEMETRY := yes
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1

.PHONY: setup demo dashboard run test test-fast lint bench bench-ownership bench-sharing bench-proposals bench-dashboard screenshots clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@test -d $(VENV) || (echo "making $(VENV)" && $(PYTHON) -m venv $(VENV))
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "installing requirements.lock"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@mkdir -p .apportion
	@$(BIN)/dbt --quiet parse --profiles-dir .
	@touch $(STAMP)

demo: $(STAMP)
	@$(BIN)/apportion sample --to $(DEMO)/exports
	@$(BIN)/apportion run --exports $(DEMO)/exports --policy $(DEMO)/exports/policy \
		--warehouse $(DEMO)/apportion.duckdb --published $(DEMO)/published

# What is published, as pages in a browser. `ARGS="--published DIR --port N"`.
dashboard: $(STAMP)
	@$(BIN)/apportion dashboard $(ARGS)

# `make run EXPORTS=DIR`: the same job on your own exports.
run: $(STAMP)
	@test -n "$(EXPORTS)" || (echo "usage: make run EXPORTS=DIR" >&2; exit 2)
	@$(BIN)/apportion run --exports "$(EXPORTS)"

# Whole files, in the order of tests/conftest.py. Three on two cores, for processes that start or sleep leave one idle.
PYTEST = $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test: $(STAMP)
	@$(PYTEST)

test-fast: $(STAMP)
	@$(PYTEST) -m "not slow" --ignore tests/feeds

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint models

bench: $(STAMP)
	@$(BIN)/python -m tests.bench.bench --rows $(ROWS) --growth --months 12 --focus --cur

bench-ownership: $(STAMP)
	@$(BIN)/python -m tests.bench.ownership

bench-sharing: $(STAMP)
	@$(BIN)/python -m tests.bench.sharing

# Hides tags, proposes owners, compares, and writes docs/tag_proposals.md. `ARGS=--tune`: on the seed for tuning, no page.
bench-proposals: $(STAMP)
	@$(BIN)/python -m tests.bench.proposals $(ARGS)

# Twelve months of the sample company in a real browser; writes its figures into docs/dashboard.md.
bench-dashboard: $(STAMP)
	@$(BIN)/python -m tests.bench.dashboard $(ARGS)

# Every page of the dashboard, light and dark, into docs/images.
screenshots: $(STAMP)
	@$(BIN)/python -m tests.bench.dashboard --screenshots $(ARGS)

clean:
	rm -rf .apportion published target logs
