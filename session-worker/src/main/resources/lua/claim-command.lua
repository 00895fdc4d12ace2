-- Fenced. Marks a command as started, right before it does something that cannot be undone.
-- KEYS[2]  the command's record
-- KEYS[3]  the session's commands
-- ARGV[2]  command id
-- ARGV[3]  tenant id
-- ARGV[4]  session id
-- ARGV[5]  issued at, ms
-- ARGV[6]  time to live, ms
-- Returns {'OK', state}: the state before; QUEUED also for a record that Redis has lost. A final state stays.
local state = redis.call('HGET', KEYS[2], 'state') or 'QUEUED'
if state ~= 'QUEUED' then
  return {'OK', state}
end
redis.call('HSET', KEYS[2], 'tenant', ARGV[3], 'session', ARGV[4], 'state', 'STARTED')
redis.call('PEXPIRE', KEYS[2], ARGV[6])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[2])
redis.call('PEXPIRE', KEYS[3], ARGV[6])
return {'OK', state}
