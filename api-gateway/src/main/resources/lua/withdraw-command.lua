-- Takes back a command that no worker has begun. A worker that finds it FAILED does nothing.
-- KEYS[1]  the command's hash
-- ARGV[1]  the outcome, JSON
-- Returns 1 when it is withdrawn now, by this call or one before, 0 when a worker was faster or there is no record
local state = redis.call('HGET', KEYS[1], 'state')
if state == 'QUEUED' then
  redis.call('HSET', KEYS[1], 'state', 'FAILED', 'outcome', ARGV[1])
  return 1
end
return state == 'FAILED' and redis.call('HGET', KEYS[1], 'outcome') == ARGV[1] and 1 or 0
