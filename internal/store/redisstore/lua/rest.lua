-- Puts the turns of all lines to a host right that come before it may be asked again:
-- it rests since another guild asked it. Whoever waits longest comes first then, and
-- those that have something due meanwhile behind who waits already.
-- KEYS: allowed; for each line: fronts, the lines of its guild
-- ARGV: host; for each line: its guild
local from = allowed_from(KEYS[1], ARGV[1])
local waiting = {}
for i = 2, #ARGV do
  local l = {fronts = KEYS[2 * i - 2], lines = KEYS[2 * i - 1], guild = ARGV[i]}
  l.turn = tonumber(redis.call('ZSCORE', l.lines, ARGV[1]) or math.huge)
  if l.turn <= from then waiting[#waiting + 1] = l end
end
table.sort(waiting, function(a, b) return a.turn < b.turn end)
for n, l in ipairs(waiting) do
  redis.call('ZADD', l.lines, from + (n - 1) / 1000, ARGV[1])
  front(l.fronts, l.lines, l.guild)
end
return 'ok'
