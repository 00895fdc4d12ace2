-- Marks a session as deleted.
-- KEYS[1]  the session's hash
-- ARGV[1]  an id of this one attempt, so that a repeated call knows its own mark
-- ARGV[2]  'keep' to leave a mark that somebody else made, 'take' to replace it by one that stands
-- ARGV[3]  for how long this attempt may take its mark back, ms; workers leave the session as it is until then
-- Returns 0 when there is no such session, 1 when the mark is this attempt's, 2 when it is somebody else's
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if ARGV[2] == 'take' then
  redis.call('HSET', KEYS[1], 'deleted', ARGV[1])
  redis.call('HDEL', KEYS[1], 'deleted_from')
elseif redis.call('HSETNX', KEYS[1], 'deleted', ARGV[1]) == 1 then
  local time = redis.call('TIME')
  local from = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[3])
  redis.call('HSET', KEYS[1], 'deleted_from', string.format('%.0f', from))
end
return redis.call('HGET', KEYS[1], 'deleted') == ARGV[1] and 1 or 2
