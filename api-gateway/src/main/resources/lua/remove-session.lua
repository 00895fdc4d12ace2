-- Undoes write-session.
-- KEYS[1]  the session's hash   KEYS[2] the set of the shard's sessions
-- ARGV[1]  session id
-- Returns 1
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
return 1
