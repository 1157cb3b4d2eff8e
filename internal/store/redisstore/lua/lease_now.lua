-- Leases one article whatever its due time, within its host's limits.
-- KEYS: hosts, feed hosts, allowed, due, feeds' due, the article
-- ARGV: now, lease, spacing, random part, host, id
-- Returns 'missing', 'busy', or a pair: the wait in ms (0: leased) and the token.
local now = clock(ARGV[1])
local a = redis.call('HMGET', KEYS[6], 'due', 'lease')
if not a[1] then return 'missing' end
if tonumber(a[2] or 0) > now then return 'busy' end
local from = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[5]) or 0)
if from > now then return {from - now, ''} end
local token = fence(KEYS[6], ARGV[4])
local ends = now + ARGV[2]
redis.call('HSET', KEYS[6], 'token', token, 'lease', ends)
redis.call('ZADD', KEYS[4], 'XX', ends, ARGV[6])
redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[5])
refresh(KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], ARGV[5])
return {0, token}
