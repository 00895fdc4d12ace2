-- Writes a new session's record and tells the shard's worker that it is there.
-- KEYS[1]  the session's hash   KEYS[2] the set of the shard's sessions
-- ARGV[1]  session id   ARGV[2] tenant id   ARGV[3] name   ARGV[4] creation time, ms
-- ARGV[5]  how long workers wait for its confirmation until they delete it, ms
-- Returns 1
local time = redis.call('TIME')
local confirm_by = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[5])
redis.call('HSET', KEYS[1], 'tenant', ARGV[2], 'name', ARGV[3], 'created_at', ARGV[4], 'status', 'connecting',
  'confirm_by', string.format('%.0f', confirm_by))
redis.call('SADD', KEYS[2], ARGV[1])
return 1
