-- Writes what was decided about one article or feed, all of it or nothing: the
-- commit of a check, an edit of the watches, a step of a move.
-- KEYS: the record, hosts, feed hosts, allowed, due, feeds' due, out, d, then others
-- ARGV: now, 'a' or 'f', id, host,
--   token ('': not asked): the lease that must hold,
--   version ('': not asked): that of the record the decision was made on,
--   move: that the record must be in ('': in none),
--   then writes: how many arguments follow, command, number of its key, arguments.
-- The command ENQUEUE (key: the watch's queue; member of out, id, payload) queues a
-- delivery unless one of that name is there.
-- Returns 'ok', 'stale', 'changed' or 'moving'.
local now = clock(ARGV[1])
local r = redis.call('HMGET', KEYS[1], 'token', 'lease', 'version', 'moving')
if ARGV[5] ~= '' and (r[1] ~= ARGV[5] or tonumber(r[2] or 0) <= now) then return 'stale' end
if (r[4] or '') ~= ARGV[7] then return 'moving' end
if ARGV[6] ~= '' and (r[3] or '0') ~= ARGV[6] then return 'changed' end

local i = 8
while i <= #ARGV do
  local n, command, key = tonumber(ARGV[i]), ARGV[i + 1], KEYS[tonumber(ARGV[i + 2])]
  if command == 'ENQUEUE' then
    local member, id, payload = ARGV[i + 3], ARGV[i + 4], ARGV[i + 5]
    if redis.call('HSETNX', KEYS[8], id, payload) == 1 then
      redis.call('RPUSH', key, id)
      redis.call('ZADD', KEYS[7], 'NX', now, member)
    end
  else
    redis.call(command, key, unpack(ARGV, i + 3, i + 2 + n))
  end
  i = i + 3 + n
end

-- The record's place in its host's queue: by its due time, or by the lease's end.
local q = redis.call('HMGET', KEYS[1], 'due', 'lease', 'active')
local queue = ARGV[2] == 'f' and KEYS[6] or KEYS[5]
if q[1] and tonumber(q[3] or 0) > 0 then
  local lease = tonumber(q[2] or 0)
  redis.call('ZADD', queue, lease > 0 and lease or q[1], ARGV[3])
else
  redis.call('ZREM', queue, ARGV[3])
end
refresh(KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], ARGV[4])
return 'ok'
