-- Fenced. Stores a command's outcome, unless it has one, and tells the gateway that waits for it.
-- KEYS[2]  the command's record
-- KEYS[3]  the session's commands
-- ARGV[2]  command id
-- ARGV[3]  tenant id
-- ARGV[4]  session id
-- ARGV[5]  issued at, ms
-- ARGV[6]  time to live, ms
-- ARGV[7]  final state
-- ARGV[8]  outcome
-- ARGV[9]  outcome of a command that was STARTED by an earlier owner; empty when that makes no difference
-- ARGV[10] reply channel: the command id, a blank and the outcome are published there
-- ARGV[11] commands of the session that were issued before this time are dropped, ms
-- ARGV[12] '1' to list the command among the session's, '0' for one that outlives its session
-- Returns {'OK', outcome}: the one that stands
local state = redis.call('HGET', KEYS[2], 'state')
local outcome
if state == 'SUCCEEDED' or state == 'FAILED' then
  outcome = redis.call('HGET', KEYS[2], 'outcome')
else
  outcome = ARGV[8]
  if state == 'STARTED' and ARGV[9] ~= '' then
    outcome = ARGV[9]
  end
  redis.call('HSET', KEYS[2], 'tenant', ARGV[3], 'session', ARGV[4], 'state', ARGV[7], 'outcome', outcome)
  redis.call('PEXPIRE', KEYS[2], ARGV[6])
  if ARGV[12] == '1' then
    redis.call('ZADD', KEYS[3], ARGV[5], ARGV[2])
    redis.call('PEXPIRE', KEYS[3], ARGV[6])
  end
end
if ARGV[12] == '0' then
  redis.call('ZREM', KEYS[3], ARGV[2])
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[11])
redis.call('PUBLISH', ARGV[10], ARGV[2] .. ' ' .. (outcome or ''))
return {'OK', outcome or ''}
