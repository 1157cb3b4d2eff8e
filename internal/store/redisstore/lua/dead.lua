-- Ends a dead letter: it is queued again behind the others (replay), or dropped.
-- KEYS: dead, q, its guild's out, reasons, d, tries, the article or feed, outfronts
-- ARGV: now, id, member of out, 'replay' | 'drop', guild
-- Returns 'ok', 'missing' or 'moving'.
local id = ARGV[2]
if redis.call('HEXISTS', KEYS[7], 'moving') == 1 then return 'moving' end
if redis.call('ZREM', KEYS[1], id) == 0 then return 'missing' end
redis.call('HDEL', KEYS[4], id)
if ARGV[4] == 'replay' then
  redis.call('RPUSH', KEYS[2], id)
  redis.call('HINCRBY', KEYS[7], 'version', 1) -- who joins queues reads them again
  redis.call('ZADD', KEYS[3], 'NX', clock(ARGV[1]), ARGV[3])
  front(KEYS[8], KEYS[3], ARGV[5])
else
  redis.call('HDEL', KEYS[5], id)
  redis.call('HDEL', KEYS[6], id)
end
return 'ok'
