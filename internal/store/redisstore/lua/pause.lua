-- Pauses a channel until a time, or lifts its pause. Queues that were put off for it
-- follow: they may be sent when they would have been, but not before the time.
-- KEYS: pauses, its guild's out, held, outfronts
-- ARGV: now, channel, how long from now, guild
local now = clock(ARGV[1])
local ends = now + ARGV[3]
if ends > now then
  redis.call('ZADD', KEYS[1], ends, ARGV[2])
else
  redis.call('ZREM', KEYS[1], ARGV[2])
end
local held = redis.call('HGETALL', KEYS[3])
for i = 1, #held, 2 do
  local member, at = held[i], tonumber(held[i + 1])
  if string.sub(member, -#ARGV[2] - 1) == '\31' .. ARGV[2] then
    redis.call('ZADD', KEYS[2], 'XX', math.max(at, ends), member)
    if ends <= now then redis.call('HDEL', KEYS[3], member) end
  end
end
front(KEYS[4], KEYS[2], ARGV[4])
return 'ok'
