-- Writes what was decided about one article or feed, all of it or nothing: the
-- commit of a check, an edit of the watches, a step of a move.
-- KEYS: the record, fronts, allowed, the guilds at its host, outfronts, d, then others
-- ARGV: now, id, host,
--   token ('': not asked): the lease that must hold,
--   version ('': not asked): that of the record the decision was made on,
--   move: that the record must be in ('': in none),
--   in whose line it stands ('': in none),
--   how many guilds; for each: its name, the numbers of the keys of its lines and of its
--   line to the host, 1 when it wants the record checked or polled,
--   then writes: how many arguments follow, command, number of its key, arguments.
-- The command ENQUEUE (key: the watch's queue; number of the key of its guild's out,
-- guild, member of that, id, payload) queues a delivery unless one of that name is there.
-- FRONT (key: a guild's out; guild) follows what changed it.
-- Returns 'ok', 'stale', 'changed' or 'moving'.
local now, id, host, was = clock(ARGV[1]), ARGV[2], ARGV[3], ARGV[7]
local r = redis.call('HMGET', KEYS[1], 'token', 'lease', 'version', 'moving', 'guild')
if ARGV[4] ~= '' and (r[1] ~= ARGV[4] or tonumber(r[2] or 0) <= now) then return 'stale' end
if (r[4] or '') ~= ARGV[6] then return 'moving' end
if ARGV[5] ~= '' and (r[3] or '0') ~= ARGV[5] or (r[5] or '') ~= was then return 'changed' end

local i = 9 + 4 * ARGV[8]
while i <= #ARGV do
  local n, command, key = tonumber(ARGV[i]), ARGV[i + 1], KEYS[tonumber(ARGV[i + 2])]
  if command == 'ENQUEUE' then
    local outs, guild, member = KEYS[tonumber(ARGV[i + 3])], ARGV[i + 4], ARGV[i + 5]
    local delivery, payload = ARGV[i + 6], ARGV[i + 7]
    if redis.call('HSETNX', KEYS[6], delivery, payload) == 1 then
      redis.call('RPUSH', key, delivery)
      if redis.call('ZADD', outs, 'NX', now, member) == 1 then front(KEYS[5], outs, guild) end
    end
  elseif command == 'FRONT' then
    front(KEYS[5], key, ARGV[i + 3])
  else
    redis.call(command, key, unpack(ARGV, i + 3, i + 2 + n))
  end
  i = i + 3 + n
end

-- line is a guild's.
local function line(name)
  for g = 9, 5 + 4 * ARGV[8], 4 do
    if ARGV[g] == name then return {lines = KEYS[tonumber(ARGV[g + 1])], line = KEYS[tonumber(ARGV[g + 2])]} end
  end
end

-- keeper is the guild in whose line the record is to stand: the one in whose it is, unless
-- that is behind with its work, or the one whose work comes last.
local function keeper()
  local wanting = {}
  for g = 9, 5 + 4 * ARGV[8], 4 do
    if ARGV[g + 3] == '1' then wanting[#wanting + 1] = ARGV[g] end
  end
  if #wanting < 2 then return wanting[1] end
  local best, latest
  for _, guild in ipairs(wanting) do
    local turn = tonumber(redis.call('ZSCORE', KEYS[2], guild) or math.huge)
    if guild == was and turn > now then return guild end
    if not latest or turn > latest then best, latest = guild, turn end
  end
  return best
end

-- The record's place in its line: by its due time, or by the lease's end.
local q = redis.call('HMGET', KEYS[1], 'due', 'lease', 'active', 'guild')
local guild = q[1] and tonumber(q[3] or 0) > 0 and keeper() or nil
local from = allowed_from(KEYS[3], host)
if was ~= '' and was ~= guild then
  local l = line(was)
  redis.call('ZREM', l.line, id)
  place(l.lines, l.line, KEYS[4], from, was, host)
  front(KEYS[2], l.lines, was)
end
if guild then
  local l = line(guild)
  local lease = tonumber(q[2] or 0)
  redis.call('ZADD', l.line, lease > 0 and lease or q[1], id)
  place(l.lines, l.line, KEYS[4], from, guild, host)
  front(KEYS[2], l.lines, guild)
  if q[4] ~= guild then redis.call('HSET', KEYS[1], 'guild', guild) end
elseif q[4] then
  redis.call('HDEL', KEYS[1], 'guild')
end
return 'ok'
