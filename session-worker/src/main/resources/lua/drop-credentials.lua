-- Fenced. Removes a session's credentials, which are void.
-- KEYS[2]  the session's credentials
-- Returns {'OK'}
redis.call('DEL', KEYS[2])
return {'OK'}
