-- Takes a place for one more session of a tenant, unless the plan's limit is reached.
-- KEYS[1]  the sorted set of the tenant's sessions
-- ARGV[1]  session id   ARGV[2] creation time, ms   ARGV[3] limit
-- Returns {1 taken or 0, sessions there are now}
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  local used = redis.call('ZCARD', KEYS[1])
  if used >= tonumber(ARGV[3]) then
    return {0, used}
  end
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
end
return {1, redis.call('ZCARD', KEYS[1])}
