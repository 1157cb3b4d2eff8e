#!/bin/sh
# Installs Debian's Chromium where none is found, for the tests of the optional browser.
set -eu
command -v chromium >/dev/null && exit 0
if command -v apt-get >/dev/null; then
	sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
	export DEBIAN_FRONTEND=noninteractive
	# An old package list is the usual reason for a failed install: refresh it once.
	$sudo apt-get install -y -qq --no-install-recommends chromium chromium-sandbox >/dev/null 2>&1 || {
		$sudo apt-get update -qq >/dev/null
		$sudo apt-get install -y -qq --no-install-recommends chromium chromium-sandbox >/dev/null
	}
fi
command -v chromium >/dev/null || {
	echo 'make long needs chromium: install it (Debian: apt install chromium) and run it again' >&2
	exit 1
}
