-- Removes a mail that was sent or given up, or has it wait for its next try.
-- KEYS[1]  sorted set: ids of mails by the time at which they are due, in ms by Redis's clock   KEYS[2] hash: mails by id
-- KEYS[3]  hash: how often each was taken
-- ARGV[1]  id   ARGV[2] ms until the next try; 0 to remove it
-- Returns 1
if tonumber(ARGV[2]) > 0 then
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[1], 'XX', time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2]), ARGV[1])
else
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
end
return 1
