# Everything a person does with a checkout. `make` alone lists it.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

# Tests that run in another process beside the rest, after those of the browser; so both take about as long.
BESIDE := tests/acceptance/test_mutants.py tests/acceptance/test_crash.py tests/networks/test_end_to_end.py

.DEFAULT_GOAL := help
.PHONY: help setup develop demo test test-networks explore check format bench evaluate screenshots lock clean

help: ## list what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: .venv/.run ## prepare .venv with the fairfloor command in it

demo: .venv/.run ## a simulated evening, hijacked halfway, at http://127.0.0.1:8000 (PORT= to change)
	@$(BIN)/fairfloor demo --port $(PORT)

# Tests start many processes of ours: what Python compiles for the first is kept for the others, whatever is set elsewhere.
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/.dev .venv/.browser ## run all tests, a real browser's included
	@$(BIN)/python -m fairfloor.testing.pds.install || echo 'So the tests that need it are skipped.'
	@($(BIN)/pytest -m browser; first=$$?; $(BIN)/pytest -m 'not browser' $(BESIDE); exit $$((first | $$?))) \
	  >.venv/beside.log 2>&1 & beside=$$!; \
	$(BIN)/pytest -m 'not browser' $(BESIDE:%=--ignore=%); rest=$$?; \
	echo 'Those that ran beside:'; wait $$beside; beside=$$?; cat .venv/beside.log; exit $$((rest | beside))

test-networks: .venv/.dev ## run the tests against a real Bluesky server, on this machine
	@$(BIN)/python -m fairfloor.testing.pds.install
	@FAIRFLOOR_NETWORKS=1 $(BIN)/pytest tests/networks

explore: .venv/.dev ## run the generated tests with other examples each time (make test draws the same ones)
	@$(BIN)/pytest -m 'not browser' --hypothesis-profile=explore -q $$(grep -rl 'from hypothesis import' tests --include='test_*.py')

check: .venv/.dev ## ruff, mypy, the import contracts, spelling
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell

format: .venv/.dev ## put the code in form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/.dev .venv-bench/.peers ## measure what docs/benchmarks.md claims
	@$(BIN)/python -m bench

evaluate: .venv/.dev ## measure what docs/evaluation.md says (some minutes)
	@$(BIN)/python -m fairfloor.testing.evaluate

screenshots: .venv/.dev .venv/.browser ## make the README's pictures anew
	@$(BIN)/python docs/screenshots.py

lock: ## pin dependencies anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras --group build --group dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header bench/requirements.in -o requirements/bench.txt

clean: ## forget the environment
	rm -rf .venv .venv-bench

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Fairfloor needs Python 3.11 or newer; say which: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)'; exit 1; }
	@echo 'Making .venv ...'
	@$(PYTHON) -m venv .venv

# Hashes pin every file; --no-build-isolation keeps the build's own tools pinned too. What was compiled before goes first:
# should it not compile today, Python does its work, and not yesterday's.
.venv/.run: .venv/pyvenv.cfg requirements/run.txt pyproject.toml $(wildcard src/fairfloor/voices/native/*)
	@echo 'Installing what Fairfloor runs on (under a minute) ...'
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --no-deps -r requirements/run.txt
	@rm -f src/fairfloor/voices/*.so src/fairfloor/voices/*.pyd
	@$(BIN)/python -m pip install --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo 'Installing what tests and checks need ...'
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

# The peers that the bench measures beside, apart from Fairfloor's own environment.
.venv-bench/.peers: .venv/pyvenv.cfg requirements/bench.txt
	@echo 'Installing the peers to measure beside, into .venv-bench ...'
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --disable-pip-version-check --require-hashes --no-deps -r requirements/bench.txt
	@touch $@

# A real browser drives the page in tests. The system's Chromium serves; where there is none we install it if we may.
.venv/.browser: .venv/pyvenv.cfg
	@if [ -n "$$FAIRFLOOR_CHROMIUM" ] || command -v chromium chromium-browser google-chrome >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	  echo 'Installing Chromium for the browser tests (a minute or two) ...'; \
	  apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; \
	else \
	  echo 'The browser tests need Chromium. Install it (Debian, Ubuntu: sudo apt install chromium; macOS: brew install'; \
	  echo 'chromium; Windows: Google Chrome), or say where it is: FAIRFLOOR_CHROMIUM=/path/to/chromium make test'; exit 1; \
	fi
	@touch $@
