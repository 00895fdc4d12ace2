-- Undoes mark-session-deleted.
-- KEYS[1]  the session's hash
-- ARGV[1]  the id of the attempt that made the mark
-- Returns 1
if redis.call('HGET', KEYS[1], 'deleted') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'deleted', 'deleted_from')
end
return 1
