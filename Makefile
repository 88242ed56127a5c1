# Two commands matter: `make up` serves the whole product, `make test` checks all of it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
LOCAL := $(TARGET)/debug/local
LOAD := $(TARGET)/debug/load
VENV := $(CURDIR)/.tools/venv
CARGO_LAMBDA_VERSION := 1.9.2
# In a folder of its own: it brings sixty packages, of which none may decide on a version that others need.
SCHEMATHESIS := $(CURDIR)/.tools/schemathesis
SCHEMATHESIS_VERSION := 4.32.5
# The same holds for what deploys, for the emulator that is deployed to, and for what reads the template.
DEPLOY := $(CURDIR)/.tools/deploy
MINISTACK := $(CURDIR)/.tools/ministack
MINISTACK_VERSION := 1.5.33
LINT := $(CURDIR)/.tools/lint
DENY := $(CURDIR)/.tools/deny
DENY_VERSION := 0.20.2
# Which rights the suites have seen used; see tests/rights.
RIGHTS := $(TARGET)/rights
WEB := $(CURDIR)/web
# What the seat map and its pages are made of.
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/pages -type f ! -name '*.gen.ts' ! -name '*.test.ts') \
	$(wildcard $(WEB)/*.mts) $(WEB)/package.json $(WEB)/tsconfig.json $(WEB)/tsconfig.types.json \
	docs/openapi.yaml docs/asyncapi.yaml
export CARGO_LAMBDA ?= $(VENV)/bin/cargo-lambda
export CARGO_TERM_COLOR ?= auto

# The functions and the programs around them. Selected with all of the workspace's features (local/one-build), so that
# neither `make test` nor `cargo lambda watch` compiles a library again.
PROGRAMS := --workspace --exclude bench --exclude load --exclude probes --bins --locked

# The same and the program behind `make crowd` and `make loadtest`, for which `make up` should not have to wait.
WITH_LOAD := --workspace --exclude bench --exclude probes --bins --locked

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

up: port web tools build ## Serve everything on port 8080 (PORT=…), with demo events; ctrl-C stops it all
	@exec $(LOCAL) up

# Before anything is built: whoever meets a port that is taken should not have to wait for it.
port:
	@if (exec 3<>/dev/tcp/127.0.0.1/$${PORT:-8080}) 2>/dev/null; then \
		echo "Port $${PORT:-8080} is taken: stop what listens there, or choose another one, for example PORT=8081 make up" >&2; exit 1; \
	fi

token: ## Print one token: make token SUB=alice [ROLE=admin]
	@test -n "$(SUB)" || { echo "usage: make token SUB=alice [ROLE=admin]" >&2; exit 2; }
	@test -x $(LOCAL) || local/build $(PROGRAMS) >&2
	@exec $(LOCAL) token "$(SUB)" $(ROLE)

pass-key: ## Draw a key pair for the passes of a deployment's waiting rooms (docs/deploy.md)
	@test -x $(LOCAL) || local/build $(PROGRAMS) >&2
	@exec $(LOCAL) pass-key

clock: ## Move the clock of make up on: make clock ADVANCE=9m50s; without ADVANCE back to now
	@test -x $(LOCAL) || local/build $(PROGRAMS) >&2
	@exec $(LOCAL) clock $(if $(ADVANCE),"$(ADVANCE)")

alarms: ## Say how the alarms stand in make up (docs/operations.md)
	@test -x $(LOCAL) || local/build $(PROGRAMS) >&2
	@exec $(LOCAL) alarms

reset: ## Empty the local table
	@rm -rf .local && echo "The local table is empty."

test: fmt clippy unit web-check documents lint-template deny simulation fuzz acceptance guides schemathesis processes load rights browser test-deploy ## Run every check
	@echo
	@echo "Not run by make test, for its time or its needs:"
	@echo "  make bench          the budgets, as ratios on a quiet machine"
	@echo "  make soak SEEDS=…   more seeds of the simulation than the fifty-two of make test"
	@echo "  make mutants        breakages of the product that the simulation must notice"
	@echo "  make web-mutants    breakages of the seat map that its tests must notice"
	@echo "  the acceptance suite against a deployment (README: HOLDFAST_URL)"
	@echo "make test: every check that it runs has passed."

fmt: ## Check the format
	cargo fmt --all --check

clippy: ## Lint, with warnings as errors
	cargo clippy --workspace --all-targets --locked -- -D warnings

unit: ## Run the unit tests
	cargo test --workspace --lib --bins --test tidy --locked
	python3 -B local/test_build.py
	python3 -B tests/mutants/run --check
	python3 -B tests/schemathesis/test_run.py
	python3 -B infra/deploy/test_package.py
	python3 -B docs/test_draw.py

web: $(WEB)/dist/.built ## Build the seat map and the pages into web/dist

$(WEB)/dist/.built: $(WEB)/node_modules/.installed $(WEB_SOURCES)
	@echo "Building the seat map…"
	@cd $(WEB) && npm run --silent build && touch dist/.built

$(WEB)/node_modules/.installed: $(WEB)/package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || { \
		echo "The seat map is built with Node.js 20 or newer and its npm: install them first" >&2; exit 1; \
	}
	@echo "Installing what the seat map is built with into web/node_modules"
	@cd $(WEB) && npm ci --loglevel=error --no-progress >/dev/null && touch node_modules/.installed

# React 18 beside the React 19 of web/, which npm would not put into one tree.
$(WEB)/tests/react-18/node_modules/.installed: $(WEB)/tests/react-18/package-lock.json
	@cd $(WEB)/tests/react-18 && npm ci --loglevel=error --no-progress >/dev/null && touch node_modules/.installed

web-check: web ## Check the types of web/, run its unit tests, and try the package as a shop would
	cd $(WEB) && npm run --silent check && npm run --silent test && npm run --silent mutants -- --check && npm run --silent test:package

web-mutants: web ## Break the seat map on purpose, and see its tests notice each time (ONLY="name …")
	cd $(WEB) && npm run --silent mutants -- $(ONLY)

browser: web $(WEB)/tests/react-18/node_modules/.installed tools build ## Try the seat map in Chromium against a local stack (CHROMIUM=… ONLY="part of a test's name")
	@$(WEB)/tests/chromium >/dev/null
	cd $(WEB) && HOLDFAST_LOCAL=$(LOCAL) $(LOCAL) run -- node_modules/.bin/tsx --test --test-concurrency=2 --test-reporter=spec \
		$(if $(ONLY),--test-name-pattern="$(ONLY)") tests/browser/all.ts tests/browser/patient.ts

api-docs: $(VENV)/.documents ## Write docs/API.md out of docs/openapi.yaml and docs/asyncapi.yaml
	$(VENV)/bin/python -B docs/render.py

documents: $(VENV)/.documents ## See that docs/openapi.yaml is valid, and docs/API.md what the documents say
	$(VENV)/bin/python -B docs/test_render.py

guides: tools build ## Run every snippet of docs/integrate.md and docs/llms.txt, and the README's first sale, and hold their answers against the real ones
	$(LOCAL) run -- python3 -B docs/test_integrate.py

domain: ## Run the tests of the decisions alone, within seconds of a change
	cargo test --package domain --lib --profile domain --locked

capacity: ## Compute the tables of docs/capacity.md anew, and write them there
	cargo test --workspace --lib --locked write_docs_capacity -- --ignored --nocapture

fuzz: ## Run every parser, route and action on bad input (FUZZ_SEED=… FUZZ_CASES=… FUZZ_REQUESTS=…)
	cargo test --workspace --test fuzz --locked

simulation: ## Run the real functions over a faulty table, in virtual time, from fifty-two seeds
	@mkdir -p $(RIGHTS) && rm -f $(RIGHTS)/$@
	HOLDFAST_RIGHTS_USED=$(RIGHTS)/$@ cargo test --workspace --test simulation --locked -- --nocapture

soak: ## Run the simulation for longer: make soak SEEDS=1000 [FIRST=…] [OPERATIONS=…]
	SEEDS=$(SEEDS) FIRST=$(FIRST) OPERATIONS=$(OPERATIONS) \
		cargo test --workspace --test simulation --locked soak -- --ignored --nocapture

replay: ## Run one seed again, step for step: make replay SEED=… [OPERATIONS=…] [WITHOUT=…]
	SEED=$(SEED) OPERATIONS=$(OPERATIONS) WITHOUT=$(WITHOUT) \
		cargo test --workspace --test simulation --locked replay -- --ignored --nocapture

mutants: ## Break the product on purpose, and see the simulation notice each time (ONLY="name …")
	tests/mutants/run $(if $(ONLY),--only $(ONLY))

# The tests wait far more than they compute, so six of them share the two cores of the machines this runs on.
ACCEPTANCE := cargo test --workspace --test acceptance --locked -- --test-threads 6

acceptance: acceptance-embedded acceptance-dynamodb-local ## Run the acceptance suite on both engines

acceptance-embedded: tools build acceptance-build
	@mkdir -p $(RIGHTS) && rm -f $(RIGHTS)/$@
	HOLDFAST_RIGHTS_USED=$(RIGHTS)/$@ $(LOCAL) run -- $(ACCEPTANCE)

acceptance-dynamodb-local: tools build acceptance-build
	DYNAMODB=local $(LOCAL) run -- $(ACCEPTANCE)

acceptance-build:
	cargo test --workspace --test acceptance --locked --no-run

schemathesis: tools build $(SCHEMATHESIS)/.$(SCHEMATHESIS_VERSION) ## Ask a local stack whatever docs/openapi.yaml allows, and what it forbids
	$(LOCAL) run -- $(SCHEMATHESIS)/bin/python -B tests/schemathesis/run $(LOCAL)

processes: tools build ## Kill processes and cut sockets under load, and check what is left
	@mkdir -p $(RIGHTS) && rm -f $(RIGHTS)/$@
	HOLDFAST_RIGHTS_USED=$(RIGHTS)/$@ cargo test --workspace --test processes --locked

load-build:
	@local/build $(WITH_LOAD)

# `env`, since bash counts SECONDS on by itself.
crowd: load-build ## Send a crowd to a waiting room of make up: make crowd BUYERS=2000 EVENT=onsale [DRAW=1] [URL=…] (docs/load.md)
	@exec env SECONDS="$(SECONDS)" $(LOAD) crowd

loadtest: load-build ## Storm an event of make up: make loadtest EVENT=… BUYERS=… SECONDS=… [URL=…] (docs/load.md)
	@exec env SECONDS="$(SECONDS)" $(LOAD) test

load: tools build load-build ## Try both on a local stack of their own, with few buyers
	$(LOCAL) run -- tests/load/small $(LOAD)

rights: simulation acceptance-embedded processes ## See that the suites used every right that the template grants, and no other
	cargo run --quiet --package rights --locked -- $(^:%=$(RIGHTS)/%)

package: $(DEPLOY)/.installed ## Build the functions as Lambda takes them, into target/package/release (ARCH=arm64 PROFILE=package-ci)
	@$(DEPLOY)/bin/python -B infra/deploy package $(if $(ARCH),--arch $(ARCH)) $(if $(PROFILE),--profile $(PROFILE))

deploy: $(DEPLOY)/.installed web ## Create or update a stack from the package: make deploy STACK=… PARAMETERS="NAME=VALUE …" (DRY_RUN=1 BUCKET=…)
	@test -n "$(STACK)" || { echo 'usage: make deploy STACK=holdfast [PARAMETERS="AllowOrigin=https://shop.example …"] [DRY_RUN=1] [BUCKET=…]' >&2; exit 2; }
	@$(DEPLOY)/bin/python -B infra/deploy deploy "$$STACK" "$${PARAMETERS:-}" $(if $(BUCKET),--bucket "$$BUCKET") $(if $(DRY_RUN),--dry-run)

replay-failures: $(DEPLOY)/.installed ## Hand batches of the stream to the functions that gave them up: make replay-failures STACK=… (DRY_RUN=1 FORGET_LOST=1)
	@test -n "$(STACK)" || { echo 'usage: make replay-failures STACK=holdfast [DRY_RUN=1] [FORGET_LOST=1]' >&2; exit 2; }
	@$(DEPLOY)/bin/python -B infra/deploy replay-failures "$$STACK" $(if $(FORGET_LOST),--forget-lost) $(if $(DRY_RUN),--dry-run)

destroy: $(DEPLOY)/.installed ## Delete a stack, but for its table: make destroy STACK=… (DRY_RUN=1)
	@test -n "$(STACK)" || { echo 'usage: make destroy STACK=holdfast [DRY_RUN=1]' >&2; exit 2; }
	@$(DEPLOY)/bin/python -B infra/deploy destroy "$$STACK" $(if $(DRY_RUN),--dry-run)

test-deploy: $(DEPLOY)/.installed $(MINISTACK)/.$(MINISTACK_VERSION) tools build acceptance-build web ## Deploy into an emulator of AWS, and ask it what the local stack is asked (ONLY="part of a test's name")
	@$(MAKE) package PROFILE=package-ci
	$(DEPLOY)/bin/python -B tests/deployment/run $(MINISTACK)/bin/python $(LOCAL) $(ONLY)

audit: build ## Check every row of the local table against the invariants; the stack may run
	@$(LOCAL) dump | $(TARGET)/debug/audit -

# The one after the other, so that neither is in the other's way; both, even if the first misses a budget.
bench: tools build web ## Measure the budgets of the design; fails where one is missed (REPORT_ONLY=1 only prints them)
	@local/build --workspace --bins --locked
	@failed=0; $(TARGET)/debug/bench || failed=1; $(MAKE) bench-web || failed=1; exit $$failed

bench-web: web ## Measure the budgets of the seat map alone (ONLY="picture moving …", parts of web/tests/bench)
	@$(WEB)/tests/chromium >/dev/null
	cd $(WEB) && npm run --silent bench -- $(ONLY)

lint-template: $(LINT)/.installed $(DEPLOY)/.installed ## Lint infra/template.yaml with cfn-lint and checkov (infra/checkov.yaml has the exceptions)
	$(LINT)/bin/cfn-lint infra/template.yaml
	$(LINT)/bin/checkov --file infra/template.yaml --config-file infra/checkov.yaml
	$(DEPLOY)/bin/python -B infra/deploy/test_template.py
	$(DEPLOY)/bin/python -B infra/deploy/test_stack.py
	$(DEPLOY)/bin/python -B infra/deploy/test_failures.py

deny: $(DENY)/.$(DENY_VERSION) ## Check the licences, sources, stacks and advisories of what is linked (deny.toml)
	tests/deny $(DENY)/bin/cargo-deny

build:
	@echo "Building; the first time takes some minutes."
	@local/build $(PROGRAMS)

tools: $(VENV)/.cargo-lambda-$(CARGO_LAMBDA_VERSION)

# cargo-lambda comes as a Python wheel, which saves compiling it.
$(VENV)/.cargo-lambda-$(CARGO_LAMBDA_VERSION):
	@if [ "$(CARGO_LAMBDA)" = "$(VENV)/bin/cargo-lambda" ]; then \
		echo "Installing cargo-lambda $(CARGO_LAMBDA_VERSION) into .tools/"; \
		python3 -m venv $(VENV) && $(VENV)/bin/pip install --quiet cargo-lambda==$(CARGO_LAMBDA_VERSION) && touch $@; \
	fi

$(LINT)/.installed: Makefile
	@echo "Installing cfn-lint and checkov into .tools/"
	@python3 -m venv $(LINT) && $(LINT)/bin/pip install --quiet cfn-lint==1.58.0 checkov==3.3.30 && touch $@

$(DEPLOY)/.installed: Makefile
	@echo "Installing boto3 into .tools/"
	@python3 -m venv $(DEPLOY) && $(DEPLOY)/bin/pip install --quiet boto3==1.43.106 PyYAML==6.0.4 && touch $@

$(MINISTACK)/.$(MINISTACK_VERSION):
	@echo "Installing MiniStack $(MINISTACK_VERSION) into .tools/"
	@python3 -m venv $(MINISTACK) && $(MINISTACK)/bin/pip install --quiet 'ministack[full]==$(MINISTACK_VERSION)' && touch $@

# Compiled in a folder of its own, which goes afterwards; without optimising it, which would take longer than it saves.
$(DENY)/.$(DENY_VERSION):
	@echo "Installing cargo-deny $(DENY_VERSION) into .tools/; it takes a minute or two"
	@CARGO_TARGET_DIR=$(DENY)/build cargo install --quiet --debug --locked --no-default-features --root $(DENY) cargo-deny@$(DENY_VERSION) \
		&& rm -rf $(DENY)/build && touch $@

$(VENV)/.documents: Makefile
	@python3 -m venv $(VENV) && $(VENV)/bin/pip install --quiet PyYAML==6.0.4 openapi-spec-validator==0.9.0 && touch $@

$(SCHEMATHESIS)/.$(SCHEMATHESIS_VERSION):
	@echo "Installing schemathesis $(SCHEMATHESIS_VERSION) into .tools/"
	@python3 -m venv $(SCHEMATHESIS) && $(SCHEMATHESIS)/bin/pip install --quiet schemathesis==$(SCHEMATHESIS_VERSION) && touch $@


.PHONY: help up port token pass-key clock alarms reset test fmt clippy unit web web-check web-mutants browser api-docs documents guides domain capacity simulation \
	soak replay mutants fuzz acceptance acceptance-embedded acceptance-dynamodb-local acceptance-build schemathesis processes load-build crowd loadtest load rights audit \
	package deploy replay-failures destroy test-deploy bench bench-web lint-template deny build tools
