#!/bin/sh
# Runs every fuzz target of the tree, one after the other, for FUZZTIME each: a time
# or, as CI has it, a number of runs ("1000x"). A time that ends while a worker is busy
# is reported as a failure by Go on a loaded machine, a number of runs never is.
set -eu
: "${GO:=go}" "${FUZZTIME:=10s}"
grep -rl --include='*_test.go' '^func Fuzz' internal cmd | sort | while read -r file; do
	dir=./$(dirname "$file")
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
		echo "fuzz $dir $target"
		$GO test -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME" -fuzzminimizetime 10x "$dir" </dev/null
	done
done
