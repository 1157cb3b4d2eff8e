-- Takes a gateway session for a holder until a time, or keeps it for longer.
-- KEYS: session
-- ARGV: now, holder, how long from now
local now = clock(ARGV[1])
local had = redis.call('HMGET', KEYS[1], 'holder', 'until')
if had[1] and had[1] ~= ARGV[2] and tonumber(had[2]) > now then return 'taken' end
redis.call('HSET', KEYS[1], 'holder', ARGV[2], 'until', now + ARGV[3])
return 'held'
