#!/bin/sh
# Installs a redis-server where none is found. The tests of the Redis store start
# it themselves on a free port; nothing is left running.
set -eu
command -v redis-server >/dev/null && exit 0
if command -v apt-get >/dev/null; then
	sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
	export DEBIAN_FRONTEND=noninteractive
	# An old package list is the usual reason for a failed install: refresh it once.
	$sudo apt-get install -y -qq --no-install-recommends redis-server >/dev/null 2>&1 || {
		$sudo apt-get update -qq >/dev/null
		$sudo apt-get install -y -qq --no-install-recommends redis-server >/dev/null
	}
elif command -v brew >/dev/null; then
	brew install redis
fi
command -v redis-server >/dev/null || {
	echo 'make test needs redis-server: install it (Debian: apt install redis-server; macOS: brew install redis) and run it again' >&2
	exit 1
}
