-- Ends a claim: the delivery was shown (ack), is to be tried again (retry), was not
-- tried at all (hold), or is given up (bury).
-- KEYS: claims, the guild's out, q, tries, d, dead, reasons, w, outfronts
-- ARGV: now, token, id, watch, member of out, 'ack' | 'retry' | 'hold' | 'bury',
--   message or reason, wait before a retry, tries before the claim, guild
-- Returns 'ok' or 'stale'.
local now = clock(ARGV[1])
local id = ARGV[3]
local ends, token = string.match(redis.call('HGET', KEYS[1], id) or '', '^(%d+) (.*)$')
if not ends or token ~= ARGV[2] or tonumber(ends) <= now then return 'stale' end

redis.call('HDEL', KEYS[1], id)
local again = now
if ARGV[6] == 'retry' or ARGV[6] == 'hold' then
  if ARGV[6] == 'hold' then redis.call('HSET', KEYS[4], id, ARGV[9]) end
  redis.call('HSET', KEYS[7], id, ARGV[7])
  again = now + ARGV[8]
else
  redis.call('LREM', KEYS[3], 1, id)
  if ARGV[6] == 'bury' then
    redis.call('ZADD', KEYS[6], now, id)
    redis.call('HSET', KEYS[7], id, ARGV[7])
  else
    redis.call('HDEL', KEYS[4], id)
    redis.call('HDEL', KEYS[5], id)
    redis.call('HDEL', KEYS[7], id)
    if redis.call('HEXISTS', KEYS[8], ARGV[4]) == 1 then
      redis.call('HSET', KEYS[8], ARGV[4] .. ':m', ARGV[7])
    end
  end
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('ZADD', KEYS[2], again, ARGV[5])
else
  redis.call('ZREM', KEYS[2], ARGV[5])
end
front(KEYS[9], KEYS[2], ARGV[10])
return 'ok'
