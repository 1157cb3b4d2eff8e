#!/bin/sh
# Prints the figures of docs/design.md on the evaluation data, which is not part of
# the project. Usage: quality.sh BOT DATA
set -eu
bot=$1 data=$2
[ -d "$data/pairs" ] || {
	echo "make quality: no evaluation data at $data; set DATA=/path/to/data" >&2
	exit 2
}
tools=$(dirname "$data")/tools
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo '# article text'
"$bot" extract "$data"/extract/html/*.html.gz >"$tmp/extract.jsonl" 2>/dev/null
for set in zyte fundus_tests; do
	python3 "$tools/to_pred.py" extract "$data/extract/$set.jsonl" "$tmp/extract.jsonl" >"$tmp/pred.jsonl"
	printf '%-14s' "$set"
	python3 "$tools/eval_extract.py" "$data/extract/$set.jsonl" "$tmp/pred.jsonl" --metric shingle
done
echo '# changed facts'
python3 - "$data" >"$tmp/pairs.in" <<'PY'
import glob, json, sys
for name in sorted(glob.glob(sys.argv[1] + "/pairs/*.json")):
    d = json.load(open(name, encoding="utf8"))
    keys = ("id", "before_title", "before_text", "after_title", "after_text", "lang")
    print(json.dumps({k: d.get(k) or "" for k in keys}, ensure_ascii=False))
PY
"$bot" diff --batch <"$tmp/pairs.in" >"$tmp/pairs.jsonl" 2>/dev/null
python3 "$tools/to_pred.py" pairs "$tmp/pairs.jsonl" >"$tmp/pred.jsonl"
python3 "$tools/eval_pairs.py" "$data/pairs" "$tmp/pred.jsonl"
python3 - "$tmp/pairs.jsonl" <<'PY'
import json, statistics, sys
n = [len(json.loads(line)["summary"]) for line in open(sys.argv[1], encoding="utf8")]
print(f"summary: median {statistics.median(n):.0f} characters, longest {max(n)}")
PY
echo '# notes'
python3 - "$data" >"$tmp/notes.in" <<'PY'
import json, sys
body = "\n".join([
    "The council met on Tuesday evening to settle the budget for the coming year.",
    "Members argued for three hours about the money for buses before they agreed.",
    "The plan now goes to the county, which is expected to decide before the summer.",
])
for line in open(sys.argv[1] + "/notes.jsonl", encoding="utf8"):
    d = json.loads(line)
    print(json.dumps({"id": d["id"], "before_text": body, "after_text": d["text"].replace("\n", " ") + "\n" + body, "lang": d["lang"]}, ensure_ascii=False))
PY
"$bot" diff --batch <"$tmp/notes.in" >"$tmp/notes.jsonl" 2>/dev/null
python3 "$tools/to_pred.py" notes "$data/notes.jsonl" "$tmp/notes.jsonl" >"$tmp/pred.jsonl"
python3 "$tools/eval_notes.py" "$data/notes.jsonl" "$tmp/pred.jsonl"
