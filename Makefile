# make demo        lift a real signer and simulated ones with the shipped weights
# make test        lint, check types and run all tests
# make docs        build the documentation into docs/_build/html
# make matrix      run the tests on every Python from 3.10 to 3.13 that is installed
# make train-demo  train a small model on the simulated signer (installs PyTorch)
# make bench       measure speed and memory, as ratios in one run
# make accuracy    train every baseline of body and hands, and measure all on the data in DATA
# make held-out    measure the models in weights on sources that they were not trained on
# make weights     the shipped weights from a seed, in 3 hours; MINUTES=11.5 with a GPU (DATA is mixed in)
# make viewer      build the front ends of viewer and live page into signlift (needs node 20)
# make live        lift the signer in front of the camera, in a page of the browser (needs node 20)
# make lock        renew requirements.lock (without the video extra, which needs NumPy 1)

PYTHON ?= python3
DATA ?= ../shared/data
MINUTES ?= 165
MODELS ?= shipped no-signs
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint requirements.lock

.PHONY: demo train-demo test lint types check docs matrix bench accuracy held-out weights viewer lint-viewer live lock clean

demo: $(VENV)/.run
	$(BIN)/signlift demo -o demo

train-demo: $(VENV)/.train
	$(BIN)/signlift demo --train -o train-demo

test: lint types check

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/codespell

types: $(VENV)/.dev
	$(BIN)/mypy

# One thread a worker: two workers then share two cores without getting in each other's way.
# A worker begins with its half of the tests, in order, and takes over some of the other's half at the end:
# so most modules run in one worker, which makes what their tests share once.
check: $(VENV)/.dev
	OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/pytest --numprocesses 2 --dist worksteal

# Warnings are errors; all of them are shown first.
docs: $(VENV)/.docs
	$(BIN)/sphinx-build --fresh-env --fail-on-warning --keep-going --quiet docs docs/_build/html
	@echo "documentation: docs/_build/html/index.html"

matrix:
	.ci/matrix

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

accuracy: $(VENV)/.dev
	$(BIN)/python -m benchmarks.accuracy $(DATA) -o accuracy
	$(BIN)/python -m benchmarks.held_out.hands $(DATA) --minutes 10 -o accuracy

held-out: $(VENV)/.dev
	$(BIN)/python -m benchmarks.held_out $(DATA) --models weights -o held-out

weights: $(VENV)/.dev
	$(BIN)/python -m signlift.pretraining -o weights --data $(DATA) --minutes $(MINUTES) --models $(MODELS)

viewer: lint-viewer
	cd viewer && npm run --silent build

lint-viewer: viewer/node_modules/.installed
	cd viewer && npm run --silent lint && npm run --silent types

viewer/node_modules/.installed: viewer/package.json viewer/package-lock.json
	cd viewer && npm ci --silent
	@touch $@

live: $(VENV)/.live
	$(BIN)/signlift live

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	echo "# The exact versions that CI and 'make' install; made by 'make lock'." > requirements.lock
	echo "torch==2.13.0" | $(BIN)/uv pip compile --universal --python-version 3.10 \
		--extra train --extra tables --extra dev --extra docs --constraint - --no-header --no-annotate --quiet \
		pyproject.toml >> requirements.lock

clean:
	rm -rf $(VENV) .venv-matrix demo docs/_build

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "signlift: expected Python 3.10 or newer, found $$($(PYTHON) --version); make PYTHON=python3.12 names another"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "signlift: expected Python's venv module, found none (on Debian: apt install python3-venv)"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo "installing signlift into $(VENV)"
	$(PIP) --editable .
	@touch $@

$(VENV)/.train: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo "installing signlift with its train extra into $(VENV) (PyTorch is large: some minutes)"
	$(PIP) --editable '.[train]' imageio-ffmpeg
	@touch $@ $(VENV)/.run

$(VENV)/.dev: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo "installing signlift and its development tools into $(VENV)"
	$(PIP) --editable '.[train,tables,dev]'
	@touch $@ $(VENV)/.run $(VENV)/.train

# MediaPipe for the browser: npm gets the package that holistic/package-lock.json names.
$(VENV)/.holistic: holistic/package-lock.json holistic/pyproject.toml | $(VENV)/bin/python
	@echo "installing MediaPipe Holistic for the browser into $(VENV)"
	$(PIP) ./holistic
	@touch $@

$(VENV)/.live: pyproject.toml requirements.lock $(VENV)/.holistic
	$(PIP) --editable '.[live]'
	@touch $@ $(VENV)/.run

$(VENV)/.docs: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo "installing signlift and the tools of its documentation into $(VENV)"
	$(PIP) --editable '.[docs]'
	@touch $@ $(VENV)/.run
