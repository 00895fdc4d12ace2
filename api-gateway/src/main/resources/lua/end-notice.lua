-- Ends a notice that was worked off.
-- KEYS[1]  set of notices   KEYS[2] sorted set: those that are taken
-- ARGV[1]  the notice
-- Returns 1
redis.call('SREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
