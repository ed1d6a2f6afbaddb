# make run    set everything up and serve on http://127.0.0.1:8080 (HOST and PORT are respected)
# make test   set up what tests need, then lint, types, import rules and all tests
# make bench  the benchmarks
# make docs   draw the diagrams and write the protocol's sheets anew
# make lock   write requirements/*.txt anew from pyproject.toml
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: run test lint types imports unit chromium bench lock docs clean

run: $(VENV)/run.stamp
	@$(BIN)/aidline serve

test: lint types imports unit

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

imports: $(VENV)/dev.stamp
	$(BIN)/lint-imports

unit: $(VENV)/dev.stamp chromium
	$(BIN)/pytest

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.turns

docs: $(VENV)/dev.stamp
	$(BIN)/python -m bot.diagrams docs/architecture.md
	$(BIN)/python -m bot.protocol_sheets en docs/protocol.md
	$(BIN)/python -m bot.protocol_sheets zh-CN docs/protocol.zh-CN.md

# Browser tests need Chromium; where it can't be had they are skipped with a notice, never in CI.
chromium:
ifeq ($(CHROMIUM),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-noto-cjk >/dev/null; \
	else echo "notice: no Chromium here; browser tests will be skipped"; fi
endif

lock: $(VENV)/dev.stamp
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate --no-header \
		pyproject.toml requirements/build.in -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate --no-header \
		pyproject.toml requirements/build.in --group dev -o requirements/dev.txt

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
