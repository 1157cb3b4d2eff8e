-- Leases one article whatever its due time, within its host's limits.
-- KEYS: the article, allowed, fronts, the guilds at its host, the lines of the guild in
--   whose it stands, that line
-- ARGV: now, lease, spacing, random part, host, id, the guild (empty: it is in no line)
-- Returns 'missing', 'busy', 'changed', or a pair: the wait in ms (0: leased) and the token.
local now = clock(ARGV[1])
local a = redis.call('HMGET', KEYS[1], 'due', 'lease', 'guild')
if not a[1] then return 'missing' end
if tonumber(a[2] or 0) > now then return 'busy' end
local from = allowed_from(KEYS[2], ARGV[5])
if from > now then return {from - now, ''} end
if (a[3] or '') ~= ARGV[7] then return 'changed' end
local token = fence(KEYS[1], ARGV[4])
local ends = now + ARGV[2]
redis.call('HSET', KEYS[1], 'token', token, 'lease', ends)
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[5])
if a[3] then
  redis.call('ZADD', KEYS[6], 'XX', ends, ARGV[6])
  place(KEYS[5], KEYS[6], KEYS[4], now + ARGV[3], a[3], ARGV[5])
  front(KEYS[3], KEYS[5], a[3])
end
return {0, token}
