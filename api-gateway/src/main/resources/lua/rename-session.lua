-- Renames a session, unless it is gone or marked as deleted.
-- KEYS[1]  the session's hash
-- ARGV[1]  the new name
-- Returns 1 when it is renamed, 0 when there is no such session
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'deleted') == 1 then
  return 0
end
redis.call('HSET', KEYS[1], 'name', ARGV[1])
return 1
