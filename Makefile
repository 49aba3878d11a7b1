# Every command installs what is missing; `make` alone lists them. The work is done in scripts/.
.DEFAULT_GOAL := help
# The goals share Cargo's lock and the site.
.NOTPARALLEL:
.PHONY: help run build dev test check fuzz-api bench fmt

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: ## build and start Galley on http://127.0.0.1:3000, data in data/galley.db
	@scripts/run

build: ## build target/release/galley, which runs from anywhere
	@scripts/build

dev: ## the edit loop: rebuild and reload on every change
	@scripts/dev

test: ## every test: SQLite, Postgres, and a real browser on the release build
	@scripts/test

check: ## formatting, lints of both builds, docs, licences
	@scripts/check

fuzz-api: ## try the API with requests made out of its OpenAPI document, for some minutes on each database
	@scripts/fuzz-api

bench: ## measure the lists at 100,000 agents, and diffs of 200 KB
	@scripts/bench

fmt: ## format everything
	@scripts/format
