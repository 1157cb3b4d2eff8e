#!/bin/sh
# Takes the pictures in docs/ anew: what the Discord demo shows, in headless Chromium,
# as wide as a desktop and as a phone.
set -eu
sh tools/chromium.sh
log=$(mktemp)
bin/bot demo --discord --view 127.0.0.1:0 >"$log" 2>&1 &
demo=$!
trap 'kill "$demo" 2>/dev/null || true; rm -f "$log"' EXIT
until grep -q '^Press Ctrl+C' "$log"; do
	kill -0 "$demo" 2>/dev/null || { cat "$log" >&2; exit 1; }
	sleep 1
done
channel=$(sed -n 's/^The channel: //p' "$log")
desk=$(sed -n 's/^What an editor asked: //p' "$log")
shoot() { # FILE WIDTH,HEIGHT ADDRESS
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size="$2" --screenshot="$1" "$3" >/dev/null 2>&1
	echo "$1"
}
shoot docs/channel.png 1000,1180 "$channel"
shoot docs/channel-phone.png 390,1700 "$channel"
shoot docs/answers.png 1000,2930 "$desk"
shoot docs/answers-phone.png 390,3880 "$desk"
