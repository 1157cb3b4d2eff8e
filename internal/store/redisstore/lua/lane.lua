-- Gives channels' lanes to deliveries: in each a single one is on its way at a time, and
-- over all channels they are sent a spacing apart.
-- KEYS: when the next may be sent; for each channel: its lane
-- ARGV: now, how long a lane is held at most, spacing, how long before it may be sent one
--   is handed out, how many at most, token
-- Returns for each channel 'go' and how long to wait; 'busy', while one is on its way;
--   'rests' and until when; or 'full'.
local now = clock(ARGV[1])
local hold, spacing, ahead, left = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local began = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
local next = began
local out = {}
local function say(what, n)
  out[#out + 1] = what
  out[#out + 1] = string.format('%d', n)
end
for i = 2, #KEYS do
  local had = redis.call('HMGET', KEYS[i], 'until', 'token')
  local ends = tonumber(had[1] or 0)
  if ends > now then
    if had[2] and had[2] ~= '' then say('busy', 0) else say('rests', ends) end
  elseif left == 0 or next - now > ahead then
    say('full', 0)
  else
    say('go', next - now)
    next, left = next + spacing, left - 1
    keep_lane(KEYS[i], now + hold, ARGV[6], hold)
  end
end
if next > began then set_next(KEYS[1], next, now) end
return out
