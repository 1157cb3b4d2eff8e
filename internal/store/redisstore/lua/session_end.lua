-- Gives a gateway session up, unless another has it now.
-- KEYS: session
-- ARGV: holder
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 'ok'
