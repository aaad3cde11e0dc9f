# make demo   the main job, on the built-in signer
# make test   lint, type check and all tests
# make bench  speed and memory, as ratios measured side by side
# make lock   renew requirements.lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint requirements.lock

.PHONY: demo test lint types check bench lock clean

demo: $(VENV)/.run
	$(BIN)/signlift demo -o demo

test: lint types check

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

# One thread a worker: two workers then share two cores without getting in each other's way.
check: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	echo "# The exact versions that CI and 'make' install; made by 'make lock'." > requirements.lock
	echo "torch==2.13.0" | $(BIN)/uv pip compile --universal --python-version 3.10 --all-extras \
		--constraint - --no-header --no-annotate --quiet pyproject.toml >> requirements.lock

clean:
	rm -rf $(VENV) demo

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "signlift: expected Python 3.10 or newer, found $$($(PYTHON) --version); make PYTHON=python3.12 names another"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "signlift: expected Python's venv module, found none (on Debian: apt install python3-venv)"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo "installing signlift into $(VENV) (PyTorch is large: this can take some minutes)"
	$(PIP) --editable '.[train,video]'
	@touch $@

$(VENV)/.dev: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo "installing signlift and its development tools into $(VENV)"
	$(PIP) --editable '.[train,video,dev]'
	@touch $@ $(VENV)/.run
