-- Writes a new session's record and tells the shard's worker that it is there.
-- KEYS[1]  the session's hash   KEYS[2] the set of the shard's sessions
-- ARGV[1]  session id   ARGV[2] tenant id   ARGV[3] name   ARGV[4] creation time, ms
-- Returns 1
redis.call('HSET', KEYS[1], 'tenant', ARGV[2], 'name', ARGV[3], 'created_at', ARGV[4], 'status', 'connecting')
redis.call('SADD', KEYS[2], ARGV[1])
return 1
