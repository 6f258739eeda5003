# `make` alone shows what there is.
.DEFAULT_GOAL := help
.PHONY: help check test bench bench-batch fuzz screenshots schemas record ci

# A server with an OpenAI-compatible API, for `make record`. FLAGS goes to `sellside extract` as it stands.
BASE_URL ?= http://127.0.0.1:8080/v1
MODEL ?= local
FLAGS ?=

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

check: ## Formatting and lints
	cargo fmt --check
	cargo clippy --all-targets --all-features --locked -- -D warnings

test: ## All tests
	cargo test

bench: ## How fast the rules read, against Python's `re`, and documents, against `pdftotext`
	cargo bench --bench rules
	cargo bench --bench documents

# Seconds for each target.
FUZZ_SECONDS ?= 600

fuzz: ## Fuzz what reads hostile bytes, ten minutes each (needs cargo-fuzz)
	@for target in decode html zones reply grounding; do \
		mkdir -p fuzz/corpus/$$target && \
		RUSTC_BOOTSTRAP=1 cargo fuzz run $$target fuzz/corpus/$$target fuzz/seeds/$$target -- \
			-max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 || exit 1; \
	done

bench-batch: ## How fast a batch is against a server of fixed latency, memory, resume, also of 100,000 (SELLSIDE_BENCH_FINISHED=N for fewer)
	cargo bench --bench batch

screenshots: ## Pictures of the review page, to look at, into target/screenshots (needs chromium and chromedriver)
	SELLSIDE_SCREENSHOTS=$(CURDIR)/target/screenshots cargo test --test it -- review::

schemas: ## Write schemas/*, docs/cli.md, docs/injection.md and the list in docs/providers.md anew
	SELLSIDE_UPDATE=1 cargo test --all-features --test it -- drift injection its_columns_stay

record: ## Renew examples/replies from a running server (BASE_URL, MODEL, FLAGS)
	cargo build --quiet
	@failed=0; for report in examples/reports/0*; do \
		echo "$$report"; \
		cargo run --quiet -- extract --base-url "$(BASE_URL)" --model "$(MODEL)" $(FLAGS) \
			--record examples/replies --timeout 1800 --stats "$$report" > /dev/null || failed=1; \
	done; \
	test $$failed = 0 || echo "a model reading failed; its exchanges are recorded all the same" >&2

ci: ## Everything that has to pass before a merge
	bash .ci/run
