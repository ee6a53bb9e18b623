# The front door. `make demo` and `make test` install what is missing, build, and run.
BUILD ?= build/release
GANVAS = $(BUILD)/ganvas

.PHONY: setup configure build demo test check lint sanitize check-wheels bench format clean

setup:
	@GANVAS_TORCH="$(GANVAS_TORCH)" GANVAS_GPU="$(GANVAS_GPU)" tools/setup

configure: setup
	@cmake -G Ninja -B $(BUILD) -DGANVAS_TORCH="$(GANVAS_TORCH)" . >/dev/null

build: configure
	@cmake --build $(BUILD)

demo: configure
	@cmake --build $(BUILD) --target ganvas_program
	$(GANVAS) demo

test: build check
	ctest --test-dir $(BUILD) --output-on-failure

check:
	@python3 tools/check_house.py

# Format of all sources, clang-tidy on what changed; needs a build for its compile commands.
lint:
	@BUILD=$(BUILD) tools/lint $(BASE)

# Every unit and golden test with address and undefined-behaviour sanitizers; about 20 minutes.
sanitize: setup
	cmake --preset asan >/dev/null
	cmake --build --preset asan --target ganvas_tests
	LSAN_OPTIONS=suppressions=tools/lsan.supp build/asan/ganvas_tests --gtest_filter='-*Overfits*:*Gpu*' --gtest_brief=1

# The set-up of other people's machines, in fresh folders; about 20 minutes.
check-wheels:
	@tools/check_wheels

# ganvas beside its rivals, and docs/performance.md; about 20 minutes.
bench: configure
	@cmake --build $(BUILD) --target ganvas_bench
	@.venv/bin/pip install -q --disable-pip-version-check -r bench/requirements.txt
	.venv/bin/python bench/compare.py -o bench/results/latest.json
	.venv/bin/python bench/page.py bench/results/latest.json

format:
	.venv/bin/clang-format -i $$(git ls-files '*.cpp' '*.h')

clean:
	rm -rf build
