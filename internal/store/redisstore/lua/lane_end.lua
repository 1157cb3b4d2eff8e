-- Gives a lane back and writes down what was learned of its channel. Where another has
-- it by now, that one learns the same.
-- KEYS: when the next may be sent, lane
-- ARGV: now, token, how long the channel rests, how long all do, what the attempt took of
--   what all may send beside its own part (negative: less)
local now = clock(ARGV[1])
local rest, stop, more = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if redis.call('HGET', KEYS[2], 'token') == ARGV[2] then
  if rest > 0 then keep_lane(KEYS[2], now + rest, '', rest) else redis.call('DEL', KEYS[2]) end
end
if stop > 0 or more ~= 0 then
  local next = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
  set_next(KEYS[1], math.max(next + more, now + stop), now)
end
return 'ok'
