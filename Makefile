# make demo: the main job. make test: everything that must pass. make help: the rest.
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
# Two processes, for more would fight over the cores that torch uses in each; who is done takes over from the other.
PYTEST := QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m pytest -n 2 --dist worksteal
PAINTING := $(addprefix tests/gui/canvas/test_,order.py painting.py scrolling.py)
PAINTED_HERE := not every_process and not fine_screen
FLOOR  := 95
PACKER := build/packer
NEEDS  := Layerloom needs Python 3.11 or newer with its venv module; on Debian or Ubuntu: sudo apt-get install python3 python3-venv

.DEFAULT_GOAL := help
.PHONY: help env run demo test test-fast coverage seeds fuzz kill monkey check format bench screenshot screens docs cards package hooks clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 20

env: $(STAMP) ## create .venv with everything in it

# One pip call under the constraints: torch resolved on its own would bring a build with gigabytes of CUDA.
$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "$(NEEDS)." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: env ## open the editor
	$(BIN)/layerloom

demo: env ## train LeNet-5 on real digits, export verified ONNX, open the editor where there is a display
	@mkdir -p build && rm -rf build/demo
	$(BIN)/layerloom train examples/lenet5.loom --run-dir build/demo
	$(BIN)/layerloom export build/demo -o build/lenet5.onnx
	@if [ -z "$$CI" ] && [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)/layerloom examples/lenet5.loom; \
	else echo "No display here; elsewhere the editor would open now on examples/lenet5.loom."; fi

test: check ## run the checks and all tests
	$(PYTEST)

test-fast: env ## run the tests but those of large models, trainings and most pages of the window
	$(PYTEST) -m "not slow"

coverage: env ## run all tests and see to it that they reach the code
	$(PYTEST) --cov --cov-report=term:skip-covered --cov-fail-under=$(FLOOR)

# Two at a time, each with a folder of its own for files: of a shared one both would tidy up at once.
# What another process would have to paint for comparison is left to the other tests.
seeds: env ## run the tests that paint under 20 hash seeds
	@mkdir -p build/seeds
	@printf '%s\n' 101 $$(seq 1 19) | xargs -P 2 -I {} sh -c 'QT_QPA_PLATFORM=offscreen PYTHONHASHSEED={} \
	$(BIN)/python -m pytest -q -p no:xdist -p no:cacheprovider --basetemp build/seeds/files-{} -k "$(PAINTED_HERE)" $(PAINTING) \
	> build/seeds/{}.txt 2>&1 || { cat build/seeds/{}.txt; echo "Failed under PYTHONHASHSEED={}."; exit 1; }'
	@echo "The canvas is painted alike under 20 hash seeds."

fuzz: env ## feed 5,000 damaged inputs of every kind; what fails is kept in build/fuzz
	$(BIN)/python -m tests.campaigns.fuzz $(if $(SEED),--seed $(SEED))

kill: env ## kill a run at every call that changes a file and at random times; what breaks is kept in build/kill
	$(BIN)/python -m tests.campaigns.kill $(if $(SEED),--seed $(SEED))

device: env ## train examples on the GPU there is, beside the CPU: losses, resuming, what makes steps faster
	$(BIN)/python -m tests.campaigns.device $(if $(DEVICE),--device $(DEVICE))

monkey: env ## do anything at all in windows for five minutes, and look at what is left; faults are kept in build/monkey
	$(BIN)/python -m tests.campaigns.monkey $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

check: env ## lint, format, types, import rules: what the pre-commit hook runs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

format: env ## put the code into its one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: env ## measure; prints a table of each benchmark as it ends and writes build/benchmarks.json
	QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m benchmarks

screenshot: env ## take docs/window-light.png and docs/window-dark.png
	QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m docs.screenshot docs

screens: env ## picture every page and panel of the window in both themes, three sizes and at 200 %, in build/screens
	$(BIN)/python -m docs.screens build/screens

docs: env ## write the layer reference and the stubs for drawing from Python, from the layer classes
	$(BIN)/python -m docs.build
	$(BIN)/python -m docs.stubs

cards: env ## write the words and pictures of the examples for the start page, from their drawings
	$(BIN)/python -m docs.cards

# The packer lies in a folder of its own: it is nothing that Layerloom needs, and takes no part in what it packs.
package: env $(PACKER)/PyInstaller ## pack dist/layerloom, a program that needs no Python, and try all it does
	PYTHONPATH=$(PACKER) $(BIN)/python -m PyInstaller --noconfirm --log-level WARN --workpath build/package layerloom.spec
	@du -sh dist/layerloom
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -p no:xdist tests/test_package.py

$(PACKER)/PyInstaller: constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --upgrade --target $(PACKER) pyinstaller
	@touch $@

hooks: env ## have git run the checks before every commit
	@hook=$$(git rev-parse --git-path hooks)/pre-commit && mkdir -p "$$(dirname "$$hook")" \
	&& printf '#!/bin/sh\nexec make check\n' > "$$hook" && chmod +x "$$hook" && echo "git now runs 'make check' before every commit."

clean: ## remove everything made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
