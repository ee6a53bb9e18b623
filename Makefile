# The front door. `make demo` and `make test` install what is missing, build, and run.
BUILD ?= build/release
GANVAS = $(BUILD)/ganvas

.PHONY: setup build demo test check bench format clean

setup:
	@tools/setup

build: setup
	@test -f $(BUILD)/build.ninja || cmake -G Ninja -B $(BUILD) -DGANVAS_TORCH="$(GANVAS_TORCH)" . >/dev/null
	@cmake --build $(BUILD)

demo: build
	$(GANVAS) demo

test: build check
	ctest --test-dir $(BUILD) --output-on-failure

check:
	@python3 tools/check_house.py

bench: build
	$(BUILD)/ganvas_bench

format:
	clang-format-19 -i $$(git ls-files '*.cpp' '*.h')

clean:
	rm -rf build
