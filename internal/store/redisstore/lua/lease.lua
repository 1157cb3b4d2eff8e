-- Leases one article or feed of each host given, when it is still due and the host
-- may still be asked: others may have been quicker since they were looked up.
-- KEYS: hosts, feed hosts, allowed; for each host: its due, its feeds' due, the record
-- ARGV: now, 'a' or 'f', lease, spacing, random part; for each host: its name, the id
-- Returns now, then id and token of each lease. A host without anything due at the
-- head of the queue would hold up others: its turn is put right.
local now, feeds = clock(ARGV[1]), ARGV[2] == 'f'
local out = {now}
for i = 0, (#KEYS - 3) / 3 - 1 do
  local due, feeddue, record = KEYS[4 + 3 * i], KEYS[5 + 3 * i], KEYS[6 + 3 * i]
  local host, id = ARGV[6 + 2 * i], ARGV[7 + 2 * i]
  local queue = feeds and feeddue or due
  local turn = redis.call('ZSCORE', feeds and KEYS[2] or KEYS[1], host)
  local at = redis.call('ZSCORE', queue, id)
  if turn and at and tonumber(turn) <= now and tonumber(at) <= now then
    local token = fence(record, ARGV[5])
    local ends = now + ARGV[3]
    redis.call('HSET', record, 'token', token, 'lease', ends)
    redis.call('ZADD', queue, ends, id)
    redis.call('ZADD', KEYS[3], now + ARGV[4], host)
    out[#out + 1] = id
    out[#out + 1] = token
  end
  refresh(KEYS[1], KEYS[2], KEYS[3], due, feeddue, host)
end
return out
