-- Fenced. Removes a session for good; its commands were removed before.
-- KEYS[2]   the shard's sessions
-- KEYS[3..] every key of the session
-- ARGV[2]   session id
-- Returns {'OK'}
redis.call('SREM', KEYS[2], ARGV[2])
for i = 3, #KEYS do
  redis.call('DEL', KEYS[i])
end
return {'OK'}
