-- Frees an idempotency key, unless somebody else has bound it by now.
-- KEYS[1]  the key's hash
-- ARGV[1]  the attempt that bound it, as the caller knows it
-- Returns 1
if redis.call('HGET', KEYS[1], 'attempt') == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return 1
