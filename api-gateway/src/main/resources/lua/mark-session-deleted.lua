-- Marks a session as deleted.
-- KEYS[1]  the session's hash
-- ARGV[1]  an id of this one attempt, so that a repeated call knows its own mark
-- ARGV[2]  'keep' to leave a mark that somebody else made, 'take' to replace it
-- Returns 0 when there is no such session, 1 when the mark is this attempt's, 2 when it is somebody else's
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if ARGV[2] == 'take' then
  redis.call('HSET', KEYS[1], 'deleted', ARGV[1])
else
  redis.call('HSETNX', KEYS[1], 'deleted', ARGV[1])
end
return redis.call('HGET', KEYS[1], 'deleted') == ARGV[1] and 1 or 2
