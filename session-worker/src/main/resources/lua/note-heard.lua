-- Fenced. Notes which status of a session its tenant heard last.
-- KEYS[2]  the session's record
-- ARGV[2]  the status, as the worker writes it; empty when nobody knows what the tenant heard
-- Returns {'OK'}, also when the session does not exist any more
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HSET', KEYS[2], 'heard', ARGV[2])
end
return {'OK'}
