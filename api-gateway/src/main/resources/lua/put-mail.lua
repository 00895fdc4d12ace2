-- Keeps a mail that is to be sent, due at once; does nothing to one that is kept already.
-- KEYS[1]  sorted set: ids of mails by the time at which they are due, in ms by Redis's clock   KEYS[2] hash: mails by id
-- ARGV[1]  id   ARGV[2] the mail   ARGV[3] how many may be kept
-- Returns 1 when the mail is kept, 0 when there are too many
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then
  return 1
end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
  return 0
end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 1
