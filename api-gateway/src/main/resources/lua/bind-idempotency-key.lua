-- Binds an idempotency key to a command, unless it is bound already.
-- KEYS[1]  the key's hash
-- ARGV[1]  command id   ARGV[2] fingerprint of the request   ARGV[3] time to live, ms
-- ARGV[4]  an id of this one attempt, so that a repeated call knows its own work
-- Returns {id of the command it is bound to, fingerprint of the request that it was bound by, attempt that bound it}
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'command', ARGV[1], 'fingerprint', ARGV[2], 'attempt', ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
-- A key that a request without a command has bound has no command, and another fingerprint.
local found = redis.call('HMGET', KEYS[1], 'command', 'fingerprint', 'attempt')
return {found[1] or '', found[2] or '', found[3] or ''}
