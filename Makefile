# Mapflow Dock: everything a developer does, a line each. The work itself is in scripts/.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help setup demo sandbox run install test matrix lint screenshots translations package gate bench clean

help: ## Show this list
	@printf 'Mapflow Dock\n\n'
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

setup: ## Install what is missing: QGIS and Xvfb with apt, three virtual environments, the sandbox's imagery
	@scripts/setup

demo: setup ## See the whole job in a real QGIS, on a provider's imagery, one's own and the catalog's (writes demo/)
	@.venv/bin/python scripts/demo.py

sandbox: setup ## Start a Mapflow-compatible server on this computer, with imagery and models; Ctrl+C ends it
	@scripts/sandbox

run: setup ## Open QGIS with the plugin in a profile of its own
	@.venv/bin/python scripts/run.py

install: setup ## Install the plugin into your own QGIS profile (PROFILE=default)
	@.venv/bin/python scripts/install.py

test: setup ## Run every test: the plugin in QGIS, the sandbox, Qt 6, and the real desktop
	@scripts/test

matrix: ## Run the plugin's tests in the QGIS of three Debian releases, each in a folder of its own; needs root
	@scripts/matrix

lint: setup ## Check style, types and security, and what plugins.qgis.org would refuse
	@scripts/lint

screenshots: setup ## Take a picture of every panel in the light and the dark theme (writes build/screenshots/ and docs/pictures/)
	@.venv/bin/python scripts/screenshots.py

translations: setup ## Gather the texts to translate (TO=ru begins a language), and make what QGIS reads (writes i18n/)
	@.venv/bin/python scripts/translations.py $(TO)

package: setup ## Make the zip for plugins.qgis.org (writes dist/)
	@.venv/bin/python scripts/package.py

gate: package ## Check the zip with the rules of plugins.qgis.org
	@.venv/bin/python scripts/plugin_site_gate.py

bench: setup ## Measure the sandbox's models; `scripts/bench tiles`, `upload`, `results`, `start`, `list` measure more
	@scripts/bench

clean: ## Remove all that was made here, except the virtual environments
	@rm -rf build demo dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .qgis-settings
	@find . -name __pycache__ -type d -not -path '*/.venv*' -prune -exec rm -rf {} +
