# The commands of the course; each first installs what is missing. `make help` lists them.

BIN := .venv/bin
STAMP := .venv/installed
ARGS :=
NEEDED := Python 3.11 or newer is needed, and none was found. Install one from
NEEDED += https://www.python.org, or name one: make install PYTHON=/path/to/python3.12

# The first Python on PATH that is new enough.
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done),$(error $(NEEDED)))

.PHONY: help start install test test-all browser-test lint build check experiments attacks grading-report site constraints clean
.DEFAULT_GOAL := help

help:  ## list these commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

start: install  ## open the course in JupyterLab; ARGS="--no-browser --port 8899" are passed on
	@$(BIN)/vegrad start $(ARGS)

install: $(STAMP)  ## make .venv with everything that these commands need

# Also made anew when its Python does not run, or the folder was moved (its scripts hold full paths).
ifneq ($(shell $(BIN)/python -c '' 2>/dev/null && cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) scripts/install.py $(if $(filter install,$(MAKECMDGOALS)),,--no-next)

test: lint  ## lint, types, and the quick tests
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist worksteal

test-all: lint  ## all tests, the slow ones and those in a browser as well
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist worksteal -m ""

browser-test: install  ## all that is tested in headless Chromium; pictures are kept in build/screenshots
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist worksteal -m browser

lint: install  ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

build: install  ## make the instructor and student notebooks from solutions/*.py
	@$(BIN)/vegrad build

check: install  ## are the notebooks up to date, and does each grader reject each wrong answer?
	@$(BIN)/vegrad build --check
	@$(BIN)/vegrad verify

experiments: install  ## measure every paper's result anew and write docs/experiments.md
	@$(BIN)/vegrad experiment --all --markdown > docs/experiments.tmp
	@mv docs/experiments.tmp docs/experiments.md

attacks: install  ## play every attack and every honest oddity against the grader; ARGS=--json
	@$(BIN)/python -m tests.attacks.run $(ARGS)

grading-report: attacks  ## the attack table, the crash and fuzz tests, and the speed beside other graders
	@$(BIN)/pytest -m "" -q -s tests/grading/test_grade.py tests/grading/test_fuzz_notebooks.py -k "killed or mangled"
	@$(BIN)/python benchmarks/grading.py --stock 10

site: install  ## build the site in docs/_build/html; SOLUTIONS=no leaves the answers out
	$(BIN)/python -m sphinx -W --keep-going -q $(if $(filter no,$(SOLUTIONS)),-t without_solutions) docs docs/_build/html

constraints:  ## pin the newest versions that pyproject.toml admits
	@$(PYTHON) scripts/install.py --newest

clean:  ## remove .venv and caches; keeps notebooks, grades and progress
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist docs/_build docs/lessons
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
