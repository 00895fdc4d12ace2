-- Fenced. Stores a session's encrypted credentials.
-- KEYS[2]  the session's record
-- KEYS[3]  its credentials
-- ARGV[2]  the encrypted envelope, Base64
-- Returns {'OK', 'SAVED'}, or {'OK', 'MISSING'} when the session does not exist any more
if redis.call('EXISTS', KEYS[2]) == 0 then
  return {'OK', 'MISSING'}
end
redis.call('HSET', KEYS[3], 'envelope', ARGV[2])
return {'OK', 'SAVED'}
