-- Fenced. Stores and removes encrypted records of a session, its credentials among them: all or none.
-- KEYS[2]  the session's record
-- KEYS[3]  its credentials
-- ARGV[2]  how many records are removed
-- ARGV[3..] their names, then names and encrypted envelopes, Base64, of those to store, in turn
-- Returns {'OK', 'SAVED'}, or {'OK', 'MISSING'} when the session does not exist any more
if redis.call('EXISTS', KEYS[2]) == 0 then
  return {'OK', 'MISSING'}
end
local first = 3 + tonumber(ARGV[2])
for i = 3, first - 1 do
  redis.call('HDEL', KEYS[3], ARGV[i])
end
for i = first, #ARGV, 2 do
  redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
end
return {'OK', 'SAVED'}
