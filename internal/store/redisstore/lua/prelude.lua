-- Shared by all scripts. Every script keeps to the keys of one shard and names
-- them all in KEYS; times are milliseconds since 1970 by the store's clock.

-- clock is the time given (tests), or the server's.
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

-- place sets a host's turn: when its earliest is due, but not before it is allowed.
local function place(turns, due, allowed, host)
  local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  if first[2] then
    redis.call('ZADD', turns, math.max(allowed, tonumber(first[2])), host)
  else
    redis.call('ZREM', turns, host)
  end
end

-- refresh brings both turns of a host up to date, for articles and for feeds.
local function refresh(hosts, feeds, allowed, due, feeddue, host)
  local from = tonumber(redis.call('ZSCORE', allowed, host) or 0)
  place(hosts, due, from, host)
  place(feeds, feeddue, from, host)
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
