-- Adds an API key to its tenant's index, unless the tenant has as many as it may.
-- KEYS[1]  the sorted set of the tenant's keys
-- ARGV[1]  key id   ARGV[2] creation time, ms   ARGV[3] how many at most
-- Returns 1 when it is in the index now, 0 when there is no place
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
    return 0
  end
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
end
return 1
