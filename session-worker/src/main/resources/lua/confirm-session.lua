-- Fenced. Notes that a command has reached a new session, so that it was created as far as its tenant may know.
-- KEYS[2]  the session's record
-- ARGV[2]  the field with the time until which the session has to be confirmed
-- Returns {'OK'}
redis.call('HDEL', KEYS[2], ARGV[2])
return {'OK'}
