-- Binds an idempotency key to a request, unless it is bound already.
-- KEYS[1]  the key's hash
-- ARGV[1]  fingerprint of the request
-- ARGV[2]  an id of this one attempt, so that a repeated call knows its own work
-- ARGV[3]  ms after which the key is free again unless the request is finished
-- Returns {fingerprint of the request that it is bound to, attempt that bound it, the answer or an empty string}
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'attempt', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
local found = redis.call('HMGET', KEYS[1], 'fingerprint', 'attempt', 'answer')
return {found[1] or '', found[2] or '', found[3] or ''}
