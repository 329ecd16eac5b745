# Every command makes .venv and installs what it needs; Python 3.11+ and make are enough.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := main.py api config core database middleware research services utils workers tests

.PHONY: run worker test check bench demo-providers review format lock clean

run: .venv/run.stamp ## Serve on http://localhost:8000
	$(BIN)/python main.py

worker: .venv/run.stamp ## Work on packages beside `make run`; REDIS_URL must be set for both
	$(BIN)/celery -A workers.celery_app worker --beat --loglevel info

test: .venv/dev.stamp ## Run all tests against real PostgreSQL, without a network
	$(BIN)/python -m pytest -n auto --dist loadfile

check: .venv/dev.stamp ## Format, lint, types, import contracts, migrations, lock files, known vulnerabilities
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	DATA_DIR=.data/check $(BIN)/alembic upgrade head
	DATA_DIR=.data/check $(BIN)/alembic check
	$(BIN)/python -m tests.checks.lock_files
	$(BIN)/python -m tests.checks.audit

bench: .venv/dev.stamp ## Measure the service beside its floors, on an embedded PostgreSQL
	$(BIN)/python -m tests.benchmarks

demo-providers: .venv/dev.stamp ## Serve in front of simulated providers, to see failover happen
	$(BIN)/python -m tests.simulators

review: .venv/dev.stamp ## Draw 24 brands of the engine on one page, to look at before data changes
	$(BIN)/python -m tests.review_sheet

format: .venv/dev.stamp ## Format and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/dev.stamp ## Compile the lock files from the .in files
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 requirements-dev.in -o requirements-dev.txt

clean: ## Remove the environment and all local data
	rm -rf .venv .data logs .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/run.stamp: requirements.txt | .venv/created.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/created.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@ .venv/run.stamp

.venv/created.stamp:
	$(PYTHON) -m venv .venv
	touch $@
