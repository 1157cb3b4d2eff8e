-- Gives a delivery its turn among those of its guild, or says which it has.
-- KEYS: turns
-- ARGV: now, delivery, how many, in how long
-- Returns how long it is until then.
local now, most, per = clock(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - per)
local turn = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not turn then
  local before = redis.call('ZRANGE', KEYS[1], -most, -most, 'WITHSCORES')
  turn = before[2] and math.max(now, before[2] + per) or now
  redis.call('ZADD', KEYS[1], turn, ARGV[2])
  redis.call('PEXPIRE', KEYS[1], turn - now + per)
end
return math.max(turn - now, 0)
