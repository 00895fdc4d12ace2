-- Fenced. Remembers where a received file is, and forgets some of those that are too old.
-- KEYS[2]  the session's record
-- KEYS[3]  the session's received files
-- KEYS[4]  their ids by time
-- ARGV[2]  media id
-- ARGV[3]  what everybody may know of the file, JSON
-- ARGV[4]  what only workers can read of it, Base64
-- ARGV[5]  the time, ms since 1970
-- ARGV[6]  for how long it is remembered, ms
-- ARGV[7]  how many old ones are forgotten at most
-- Returns {'OK', 'REMEMBERED'}, or {'OK', 'MISSING'} when the session does not exist any more
if redis.call('EXISTS', KEYS[2]) == 0 then
  return {'OK', 'MISSING'}
end
local oldest = tonumber(ARGV[5]) - tonumber(ARGV[6])
local old = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', '(' .. string.format('%.0f', oldest), 'LIMIT', 0, ARGV[7])
for _, id in ipairs(old) do
  redis.call('HDEL', KEYS[3], id, id .. ':key')
  redis.call('ZREM', KEYS[4], id)
end
redis.call('HSET', KEYS[3], ARGV[2], ARGV[3], ARGV[2] .. ':key', ARGV[4])
redis.call('ZADD', KEYS[4], ARGV[5], ARGV[2])
redis.call('PEXPIRE', KEYS[3], ARGV[6])
redis.call('PEXPIRE', KEYS[4], ARGV[6])
return {'OK', 'REMEMBERED'}
