-- Claims the heads of some queues, when they may still be sent. A claim is counted
-- as an attempt before it is handed out. Where a channel is paused or rests nothing is
-- claimed: all that is due in it is put off.
-- KEYS: outfronts, held, pauses, d, tries, claims, run; for each guild: its out; for each
--   queue: q
-- ARGV: now, claim, token, how many guilds, their names; for each queue: number of its
--   guild, member of out, channel, until when that rests
-- Returns since when the server is the one that it is, then member, id, payload, attempts before, time of the last one of each claim.
local now, guilds = clock(ARGV[1]), tonumber(ARGV[4])
local out = {became(KEYS[7], now)}

-- put_off puts off all that is due in a channel until a time. Where it rests the order is
-- kept by that; where it is paused the time without the pause is, which may be lifted.
local function put_off(outs, channel, ends, paused)
  local last, n = '\31' .. channel, 0
  local due = redis.call('ZRANGEBYSCORE', outs, '-inf', now, 'WITHSCORES', 'LIMIT', 0, 10000)
  for j = 1, #due, 2 do
    local m = due[j]
    if string.sub(m, -#last) == last then
      if paused then redis.call('HSETNX', KEYS[2], m, due[j + 1]) end
      redis.call('ZADD', outs, ends + n, m)
      if not paused then n = n + 1 end
    end
  end
end

for i = 0, #KEYS - 8 - guilds do
  local a = 5 + guilds + 4 * i
  local q, outs, member, channel, rests = KEYS[8 + guilds + i], KEYS[7 + ARGV[a]], ARGV[a + 1], ARGV[a + 2], tonumber(ARGV[a + 3])
  local at = redis.call('ZSCORE', outs, member)
  if rests > now then
    put_off(outs, channel, rests, false)
  elseif at and tonumber(at) <= now then
    local paused = redis.call('ZSCORE', KEYS[3], channel)
    local id = redis.call('LINDEX', q, 0)
    while id and redis.call('HEXISTS', KEYS[4], id) == 0 do -- sent while queues were joined
      redis.call('LPOP', q)
      id = redis.call('LINDEX', q, 0)
    end
    if paused and tonumber(paused) > now then
      put_off(outs, channel, tonumber(paused), true)
    elseif not id then
      redis.call('ZREM', outs, member)
      redis.call('HDEL', KEYS[2], member)
    else
      local payload = redis.call('HGET', KEYS[4], id)
      local tries = redis.call('HGET', KEYS[5], id) or '0 0'
      local n, last = string.match(tries, '^(%d+) (%d+)$')
      redis.call('HSET', KEYS[5], id, (n + 1) .. ' ' .. string.format('%d', now))
      redis.call('HSET', KEYS[6], id, string.format('%d', now + ARGV[2]) .. ' ' .. ARGV[3])
      redis.call('ZADD', outs, now + ARGV[2], member)
      redis.call('HDEL', KEYS[2], member)
      for _, v in ipairs({member, id, payload, n, last}) do out[#out + 1] = v end
    end
  end
end
for g = 1, guilds do front(KEYS[1], KEYS[7 + g], ARGV[4 + g]) end
return out
