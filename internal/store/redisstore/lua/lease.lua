-- Leases one article or feed of each line given, when it is still due and the host may
-- still be asked: others may have been quicker since they were looked up. Turns that are
-- too early would hold up others: they are put right, those of hosts that rest by
-- rest.lua.
-- KEYS: fronts, allowed; for each guild: its lines; for each line: it, the guilds at its
--   host, the record
-- ARGV: now, lease, spacing, random part, how many guilds, their names; for each line:
--   number of its guild, host, id (empty: there is none)
-- Returns now, then id and token of each lease, then the hosts that rest.
local now, guilds = clock(ARGV[1]), tonumber(ARGV[5])
local leased, resting = {}, {}
for i = 0, (#KEYS - 2 - guilds) / 3 - 1 do
  local line, at, record = KEYS[3 + guilds + 3 * i], KEYS[4 + guilds + 3 * i], KEYS[5 + guilds + 3 * i]
  local g, host, id = tonumber(ARGV[6 + guilds + 3 * i]), ARGV[7 + guilds + 3 * i], ARGV[8 + guilds + 3 * i]
  local from = allowed_from(KEYS[2], host)
  if from > now then
    resting[#resting + 1] = host
  else
    local due = redis.call('ZSCORE', line, id)
    if due and tonumber(due) <= now then
      local token = fence(record, ARGV[4])
      local ends = now + ARGV[2]
      from = now + ARGV[3]
      redis.call('HSET', record, 'token', token, 'lease', ends)
      redis.call('ZADD', line, ends, id)
      redis.call('ZADD', KEYS[2], from, host)
      leased[#leased + 1] = id
      leased[#leased + 1] = token
    end
    place(KEYS[2 + g], line, at, from, ARGV[5 + g], host)
  end
end
for g = 1, guilds do front(KEYS[1], KEYS[2 + g], ARGV[5 + g]) end
return {now, leased, resting}
