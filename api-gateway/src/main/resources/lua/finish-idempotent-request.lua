-- Keeps the answer to a request under its idempotency key, unless somebody else has bound the key by now.
-- KEYS[1]  the key's hash
-- ARGV[1]  the attempt that bound it   ARGV[2] the answer, JSON   ARGV[3] ms that the answer is kept
-- Returns 1 when it is kept, 0 when not
if redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'answer', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
