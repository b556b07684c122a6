# The front door. `make demo` runs the main job on the bundled cluster, `make test` the tests; both install what is missing.
SHELL := /bin/sh
.PHONY: demo test test-system build release dev fuzz bench tidy format clean setup

setup:
	@tools/setup

release: setup
	@[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
	@cmake --build --preset release

dev: setup
	@[ -f build/dev/build.ninja ] || cmake --preset dev >/dev/null
	@cmake --build --preset dev

build: release

demo: release
	@demo/run

test: dev
	@ctest --preset dev -L 'unit|scenario' -j 2

test-system: release
	@tools/setup tools/packages-system.txt
	@BULKHEAD=$(CURDIR)/build/release/bin/bulkhead tests/system/run

fuzz:
	@tools/setup tools/packages-fuzz.txt
	@[ -f build/fuzz/build.ninja ] || cmake --preset fuzz >/dev/null
	@cmake --build --preset fuzz
	@tools/fuzz $(or $(SECONDS),60)

bench: setup
	@cmake --preset bench >/dev/null && cmake --build --preset bench

tidy: dev
	@tools/tidy

format:
	@git ls-files 'src/*.cc' 'src/*.h' 'fuzz/*.cc' 'bench/*.cc' | xargs clang-format-19 -i

clean:
	rm -rf build demo/out
