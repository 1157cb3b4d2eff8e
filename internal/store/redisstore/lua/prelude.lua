-- Shared by all scripts. Every script keeps to the keys of one shard and names
-- them all in KEYS; times are milliseconds since 1970 by the store's clock.

-- clock is the time given (tests), or the server's.
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

-- place sets the turn of a guild's line to a host: when its first is due, but not
-- before the host may be asked.
local function place(lines, line, at, from, guild, host)
  local first = redis.call('ZRANGE', line, 0, 0, 'WITHSCORES')
  if first[2] then
    if redis.call('ZADD', lines, math.max(from, tonumber(first[2])), host) == 1 then
      redis.call('SADD', at, guild)
    end
  elseif redis.call('ZREM', lines, host) == 1 then
    redis.call('SREM', at, guild)
  end
end

-- front sets when the first of a guild's lines, or of its queues, has its turn.
local function front(fronts, lines, guild)
  local first = redis.call('ZRANGE', lines, 0, 0, 'WITHSCORES')
  if first[2] then
    redis.call('ZADD', fronts, first[2], guild)
  else
    redis.call('ZREM', fronts, guild)
  end
end

-- allowed_from is when a host may be asked again; 0: now.
local function allowed_from(allowed, host)
  return tonumber(redis.call('ZSCORE', allowed, host) or 0)
end

-- token makes a fencing token of a record: a counter, and a random part because a
-- failover may set the counter back.
local function fence(record, random)
  return redis.call('HINCRBY', record, 'fence', 1) .. '-' .. random
end

-- keep_lane says until when a channel waits, and whose lane it is; nobody need forget it.
local function keep_lane(lane, ends, token, wait)
  redis.call('HSET', lane, 'until', string.format('%d', ends), 'token', token)
  redis.call('PEXPIRE', lane, wait + 60000)
end

-- set_next says when the next delivery may be sent, of whatever channel.
local function set_next(all, next, now)
  redis.call('SET', all, string.format('%d', next), 'PX', math.ceil(next - now) + 60000)
end

-- became returns when the server that holds the shard began to be the one that it is,
-- '0' when it was when the shard was first asked. Its replication ID is a new one
-- after each start and each time a replica takes over.
local function became(run, now)
  local id = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
  local known = redis.call('HMGET', run, 'id', 'since')
  if known[1] == id then return known[2] end
  local since = known[1] and string.format('%d', now) or '0'
  redis.call('HSET', run, 'id', id, 'since', since)
  return since
end
