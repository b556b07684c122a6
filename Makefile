.PHONY: release dev
release:
	cmake --preset release && cmake --build --preset release
dev:
	cmake --preset dev && cmake --build --preset dev
