-- Fenced. Stores a session's encrypted credentials.
-- KEYS[2] the session's record, KEYS[3] its credentials
-- ARGV[2] the encrypted envelope in Base64
-- returns {'OK', 'SAVED'}, or {'OK', 'MISSING'} when there is no such session any more
if redis.call('EXISTS', KEYS[2]) == 0 then
  return {'OK', 'MISSING'}
end
redis.call('HSET', KEYS[3], 'envelope', ARGV[2])
return {'OK', 'SAVED'}
