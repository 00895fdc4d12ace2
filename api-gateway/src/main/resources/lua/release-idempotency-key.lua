-- Frees an idempotency key, unless it is bound to another command by now.
-- KEYS[1]  the key's hash
-- ARGV[1]  command id
-- Returns 1
if redis.call('HGET', KEYS[1], 'command') == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return 1
