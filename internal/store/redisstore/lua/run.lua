-- Notes which server holds the shard.
-- KEYS: run
-- ARGV: now
return became(KEYS[1], clock(ARGV[1]))
