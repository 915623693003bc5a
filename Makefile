# make demo   everything from nothing to a printed SOEP draft of a shipped consult
# make test   everything from nothing to passed tests
# Both do only what is not done yet.  Weights go to the folder that soep uses (SOEP_MODELS, else the user's cache).
# PYTHON, here or in the environment, is the interpreter that .venv is made with: make demo PYTHON=python3.12

VENV := .venv
VENV_PYTHON := $(VENV)/bin/python
SOEP := $(VENV)/bin/soep
PIP_INSTALL := $(VENV_PYTHON) scripts/install_packages.py

# Profiles or models of models/manifest.toml that demo and tests use.
WEIGHTS ?= standaard

# Two test files at a time, the slow ones early; models with one thread each, since threads that wait for each other's
# processor take four times as long.  Long runs go alone: several measure time.
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder

.DELETE_ON_ERROR:
.PHONY: help demo test test-long lint weights lock clean

help:
	@echo "make demo       zet alles klaar en maak een SOEP-concept van een meegeleverd consult"
	@echo "make test       zet alles klaar en draai de controles en tests"
	@echo "make test-long  de lange tests: afbreken, fuzzen, duur"
	@echo "make lint       alleen stijl, typen en importregels"
	@echo "make lock       los de afhankelijkheden opnieuw op (requirements.lock)"
	@echo "make clean      ruim .venv en bouwresten op; de modellen blijven (soep models remove --all)"

demo: $(VENV)/.run-ready weights
	@$(SOEP) demo

test: lint weights
	@echo "Tests"
	@SOEP_THREADS=1 $(VENV_PYTHON) -m pytest -m "not long" $(SIDE_BY_SIDE)

test-long: $(VENV)/.test-ready weights
	@$(VENV_PYTHON) -m pytest -m long

lint: $(VENV)/.test-ready
	@echo "Stijl, typen en importregels"
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

weights: $(VENV)/.run-ready
	@echo "Modellen ($(WEIGHTS))"
	@$(SOEP) models install $(WEIGHTS)

lock: $(VENV)/.test-ready
	@scripts/lock.sh

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/.python-ready: scripts/prepare-venv.sh
	@scripts/prepare-venv.sh
	@touch $@

$(VENV)/.run-ready: $(VENV)/.python-ready pyproject.toml requirements.lock
	@echo "Pakketten installeren (de eerste keer enkele minuten; zonder grafische kaart kan het kleiner, zie README)"
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.test-ready: $(VENV)/.run-ready scripts/prepare-tests.sh
	@echo "Testgereedschap installeren"
	@$(PIP_INSTALL) --group dev
	@$(PIP_INSTALL) --no-deps --group deidentificatie
	@scripts/prepare-tests.sh
	@touch $@
