-- Marks a session as deleted; only the first caller may go on to delete it.
-- KEYS[1]  the session's hash
-- ARGV[1]  an id of this one attempt, so that a repeated call knows its own mark
-- Returns 1 when the mark is this attempt's, 0 when there is no such session or somebody else marked it
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HSETNX', KEYS[1], 'deleted', ARGV[1])
return redis.call('HGET', KEYS[1], 'deleted') == ARGV[1] and 1 or 0
