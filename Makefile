# The two commands are `make run` and `make test`; everything else is a part of them.
.PHONY: run test test-all bench setup web systems fmt deny clean
.DEFAULT_GOAL := run

run: ## set up, build, serve at http://localhost:3000 with the example county
	@setup/run.sh

test: ## everything that must be green at each landing
	@setup/test.sh

test-all: ## the same, and the long loops; before a release
	@setup/test.sh all

bench: ## one JSON line per figure
	@setup/bench.sh

setup: ## install what is needed (idempotent)
	@setup/setup.sh

web: setup ## only what the browser downloads, into target/site
	@bash -c '. setup/env.sh && cargo build "$${NATIVE[@]}" --bin xtask && "$$CARGO_TARGET_DIR/debug/xtask" web'

systems: setup ## write docs/systems.md anew from the names of the tests
	@bash -c '. setup/env.sh && cargo build "$${NATIVE[@]}" --bin xtask && "$$CARGO_TARGET_DIR/debug/xtask" systems'

fmt: setup
	@bash -c '. setup/env.sh && cargo fmt --all'

deny: ## licences, duplicate crates, sources (needs cargo-deny)
	@bash -c '. setup/env.sh && cargo deny check licenses bans sources'

clean:
	rm -rf target end2end/out
