-- Claims the heads of some queues, when they may still be sent. A claim is counted
-- as an attempt before it is handed out. A queue whose channel is paused is put off.
-- Where a channel rests nothing is claimed: all that is due in it is put off, in its order.
-- KEYS: out, held, pauses, d, tries, claims, run; for each queue: q
-- ARGV: now, claim, token; for each queue: member of out, channel, until when that rests
-- Returns since when the server is the one that it is, then member, id, payload, attempts before, time of the last one of each claim.
local now = clock(ARGV[1])
local out = {became(KEYS[7], now)}

local function put_off(channel, ends)
  local last, n = '\31' .. channel, 0
  for _, m in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 10000)) do
    if string.sub(m, -#last) == last then
      redis.call('ZADD', KEYS[1], ends + n, m)
      n = n + 1
    end
  end
end

for i = 0, #KEYS - 8 do
  local q, member, channel, rests = KEYS[8 + i], ARGV[4 + 3 * i], ARGV[5 + 3 * i], tonumber(ARGV[6 + 3 * i])
  local at = redis.call('ZSCORE', KEYS[1], member)
  if rests > now then
    put_off(channel, rests)
  elseif at and tonumber(at) <= now then
    local paused = redis.call('ZSCORE', KEYS[3], channel)
    local id = redis.call('LINDEX', q, 0)
    while id and redis.call('HEXISTS', KEYS[4], id) == 0 do -- sent while queues were joined
      redis.call('LPOP', q)
      id = redis.call('LINDEX', q, 0)
    end
    if paused and tonumber(paused) > now then
      redis.call('HSETNX', KEYS[2], member, at)
      redis.call('ZADD', KEYS[1], paused, member)
    elseif not id then
      redis.call('ZREM', KEYS[1], member)
      redis.call('HDEL', KEYS[2], member)
    else
      local payload = redis.call('HGET', KEYS[4], id)
      local tries = redis.call('HGET', KEYS[5], id) or '0 0'
      local n, last = string.match(tries, '^(%d+) (%d+)$')
      redis.call('HSET', KEYS[5], id, (n + 1) .. ' ' .. string.format('%d', now))
      redis.call('HSET', KEYS[6], id, string.format('%d', now + ARGV[2]) .. ' ' .. ARGV[3])
      redis.call('ZADD', KEYS[1], now + ARGV[2], member)
      redis.call('HDEL', KEYS[2], member)
      for _, v in ipairs({member, id, payload, n, last}) do out[#out + 1] = v end
    end
  end
end
return out
