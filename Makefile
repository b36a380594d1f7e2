# Two commands: `make run` and `make test`. The rest: setup, check, format, seed, bench, population, chaos, fuzz, shots, messages, lock.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
NAME ?=
KILLS ?= 1000
SEED ?= 1
N ?= 10000
JOBS ?= 2
APPS ?= areas staff workers notifications cases jobs fairs
# A Wednesday, a Saturday, the last day of a year, a leap day, and the eve of Spring Festival.
DAYS ?= 2026-12-02 2026-12-05 2026-12-31 2028-02-29 2027-02-05
JOURNEY_DAYS ?= $(DAYS)
PYTHON := .venv/bin/python
SCOPE ?= tests/test_every_url.py tests/staff/test_postings.py tests/workers/test_find.py tests/workers/test_pages.py \
    tests/cases/test_today.py tests/cases/test_pages_list.py tests/cases/test_pages_case.py tests/cases/test_pages_find.py \
    tests/cases/test_many_cases.py tests/cases/test_assigning.py tests/cases/test_moving.py tests/cases/test_case_page.py
WITHOUT_TRANSPORT := WAYFARE_WITHOUT=transport,insights WAYFARE_TEST_DB=without_transport
DONE := .make
export PYTHONUNBUFFERED := 1
# Where the environment forbids compiled modules, each process would compile Django anew.
export PYTHONDONTWRITEBYTECODE :=
MAKEFLAGS += --jobs=$(JOBS)
# What one call of make starts tests the same template database, which is made while others install and compile. A
# number of a process comes again, a moment does not.
ifndef WAYFARE_TEST_RUN
export WAYFARE_TEST_RUN := make-$(shell date +%s%N)
endif

.PHONY: help setup setup-tests run test test-days test-without-transport check check-source check-house format seed bench population drill chaos fuzz test-distributed mutants shots messages lock system-packages test-packages

help: ## what each command does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 26

setup: system-packages $(DONE)/python $(DONE)/assets $(DONE)/fonts messages ## install everything, start nothing

setup-tests: setup test-packages template $(DONE)/static

run: setup $(DONE)/static ## install, start, load the demo county, serve until Ctrl-C (PORT=8000)
	@exec $(PYTHON) manage.py serve --demo --port $(PORT)

test: setup-tests ## every test, browser journeys included; as on another day with WAYFARE_TEST_TODAY=2028-02-29
	@$(PYTHON) -m pytest -q -n $(JOBS) --dist loadgroup $(ARGS)

test-days: setup-tests ## the rules about time as on each of DAYS, and the journeys as on each of JOURNEY_DAYS (all of them)
	@bash scripts/test_days.sh $(JOBS) "$(DAYS)" "$(JOURNEY_DAYS)"

test-without-transport: setup-tests template-without-transport ## the earlier stages stand without the later ones
	@$(WITHOUT_TRANSPORT) $(PYTHON) -m pytest -q -n $(JOBS) --dist loadgroup $(wildcard $(addprefix tests/,$(APPS))) $(ARGS)

.PHONY: template template-without-transport
template: setup
	@$(PYTHON) -m tests.template_database

template-without-transport: setup
	@$(WITHOUT_TRANSPORT) $(PYTHON) -m tests.template_database

check: check-source check-house ## style, layout of templates, direction of imports, dead code, migrations, translations, lock files

check-source: setup
	@.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djangofmt --check templates
	$(PYTHON) scripts/check_dead_code.py
	$(PYTHON) scripts/check_locks.py

check-house: setup
	@.venv/bin/lint-imports
	$(PYTHON) manage.py check
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) scripts/check_translations.py

format: $(DONE)/python ## lay out Python and templates as check wants them
	@.venv/bin/ruff format .
	.venv/bin/djangofmt templates

seed: setup ## load the demo county (20,000 invented people) if it is not there
	@$(PYTHON) manage.py migrate --verbosity 0
	$(PYTHON) manage.py seed_demo

bench: setup test-packages ## measure; NAME=... measures one figure
	@$(PYTHON) -m benchmarks $(NAME)

population: N := 6000000
population: setup ## invent a whole city for figures and keep it (N=6000000 people; docs/scale.md)
	@$(PYTHON) -m benchmarks.population $(N)

drill: setup ## back up under load, lose the machine, restore where nothing is: the minutes to the first page
	@$(PYTHON) -m benchmarks drill

chaos: setup-tests ## kill processes of a system at work and see what is lost (KILLS=1000 SEED=1); docs/chaos.md
	@$(PYTHON) -m tests.chaos $(KILLS) $(SEED)

fuzz: setup-tests ## N absurd forms, addresses, calls and files each, and N rosters through the whole import (N=10000 SEED=1)
	@FUZZ=$(N) SEED=$(SEED) WAYFARE_TEST_DB=fuzz $(PYTHON) -m pytest -q -n $(JOBS) tests/fuzz $(ARGS)

# One process: what it says of statements at the end is of the whole run.
test-distributed: setup-tests ## who sees whom, on tables by county as docs/scale.md says of them; prints what would fan out
	@WAYFARE_TEST_DB=distributed $(PYTHON) -m pytest -q -p no:xdist --distributed $(SCOPE) $(ARGS)

mutants: setup-tests ## change the pure rules a little and see whether a test notices; NAME='cases.contact.*' takes some
	@$(PYTHON) -m benchmarks.mutants $(NAME)

shots: setup-tests ## pictures of every page into shots/; NAME=cases takes only those
	@$(PYTHON) -m tests.pictures $(NAME)

messages: | $(DONE) system-packages ## compile the translations
	@bash scripts/messages.sh

lock: $(DONE)/python ## make the lock files anew from pyproject.toml and package.json
	@$(PYTHON) -m piptools compile -q --strip-extras --extra dev --generate-hashes --allow-unsafe --no-header \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml
	npm install --package-lock-only
	$(PYTHON) scripts/check_locks.py

system-packages:
	@bash scripts/system_packages.sh

test-packages: | system-packages
	@bash scripts/system_packages.sh --tests

$(DONE):
	@mkdir -p $(DONE)

# A changed lock file installs anew; nothing else does.
$(DONE)/python: requirements.lock scripts/find_python.sh | $(DONE) system-packages
	@[ -x $(PYTHON) ] || "$$(bash scripts/find_python.sh)" -m venv .venv
	echo "Installing Python packages"
	$(PYTHON) -m pip install -qq --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	touch $@

$(DONE)/node: package-lock.json package.json .npmrc | $(DONE) system-packages
	@echo "Installing web assets"
	npm ci --silent
	touch $@

$(DONE)/fonts: scripts/build_fonts.py $(DONE)/python
	@echo "Cutting fonts for the letters"
	$(PYTHON) scripts/build_fonts.py
	touch $@

$(DONE)/assets: $(DONE)/node $(DONE)/python scripts/build_icons.py scripts/icons.txt scripts/shapes.svg
	@$(PYTHON) scripts/build_icons.py
	touch $@

$(DONE)/static: $(DONE)/assets config/assets.py $(shell find static -type f 2>/dev/null)
	@echo "Collecting and compressing static files"
	$(PYTHON) manage.py collectstatic --no-input --clear --verbosity 0
	touch $@
