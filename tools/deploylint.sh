#!/bin/sh
# Lints deploy/ without a container engine: the Go test holds the files to what the
# store and a host need, and the real tools are asked where they are installed.
set -eu
cd "$(dirname "$0")/.."
: "${GO:=go}"
$GO test -count=1 ./deploy

sh -n deploy/secrets.sh

# A second reader of YAML than the test's own.
if command -v python3 >/dev/null && python3 -c 'import yaml' 2>/dev/null; then
	python3 - deploy/compose.yaml deploy/compose.file.yaml deploy/kubernetes/*.yaml <<'PY'
import sys, yaml
for name in sys.argv[1:]:
    with open(name, encoding="utf8") as f:
        yaml.safe_load(f)
PY
else
	echo 'deploylint: no YAML for python3: read by the test alone'
fi
if docker compose version >/dev/null 2>&1; then
	for file in compose.yaml compose.file.yaml; do
		docker compose -f "deploy/$file" config --quiet
	done
else
	echo 'deploylint: no docker compose: the schema of the compose files is not checked'
fi

if command -v systemd-analyze >/dev/null; then
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	# The program need not be installed here.
	sed 's|^ExecStart=/usr/local/bin/erratum |ExecStart=/bin/true |' deploy/erratum.service >"$tmp/erratum.service"
	said=$(systemd-analyze verify "$tmp/erratum.service" 2>&1) || { echo "$said"; exit 1; }
	# It only warns of settings that it does not know.
	if printf '%s\n' "$said" | grep -F erratum.service; then
		exit 1
	fi
	# In tenths: the unit measured 1.1 with systemd 252; 10 is an unprotected service.
	systemd-analyze security --offline=true --threshold=20 "$tmp/erratum.service" | tail -n 1
else
	echo 'deploylint: no systemd-analyze: the unit is read by the test alone'
fi
