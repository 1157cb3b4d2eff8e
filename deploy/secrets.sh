#!/bin/sh
# Makes the secret files of compose.yaml in ./secrets: the bot's token, read from
# standard input, and a new password for Redis. What is there already stays.
#   sh secrets.sh            # type or paste the token
#   sh secrets.sh <token
set -eu
cd "$(dirname "$0")"
dir=${1:-secrets}
# The folder keeps others out. The files are readable to all, since the containers
# get them as they are and read them as users of their own.
mkdir -p -m 700 "$dir"
umask 022

if [ ! -s "$dir/discord_token" ]; then
	[ ! -t 0 ] || { printf 'The bot'\''s token (it is not shown): ' >&2; stty -echo; trap 'stty echo; echo >&2' EXIT; }
	IFS= read -r token || [ -n "$token" ]
	[ -n "$token" ] || { echo 'secrets.sh: there is no token' >&2; exit 1; }
	printf '%s\n' "$token" >"$dir/discord_token"
fi

# Both or none: the password is in the one, its hash in the other.
if [ ! -s "$dir/redis_url" ] || [ ! -s "$dir/redis_users" ]; then
	password=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
	hash=$(printf %s "$password" | sha256sum | cut -d' ' -f1)
	printf 'redis://erratum:%s@redis:6379/0\n' "$password" >"$dir/redis_url"
	cat >"$dir/redis_users" <<USERS
user default off
user health on nopass resetchannels -@all +ping
user erratum on #$hash ~er:* resetchannels +@all -@dangerous +info +config|get
USERS
fi
echo "secrets.sh: $dir is complete" >&2
