-- Ends a hold and charges what was resolved of it. Does nothing when the hold has ended before.
-- KEYS[1]  checks charged   KEYS[2] holds   KEYS[3] the day's usage
-- ARGV[1]  hold id   ARGV[2] numbers held   ARGV[3] numbers to charge   ARGV[4] ms that the first key is kept
-- ARGV[5]  ms that the day's usage is kept
-- Returns 1 when charged, 0 when there was no hold
if redis.call('ZREM', KEYS[2], ARGV[1] .. ':' .. ARGV[2]) == 0 then
  return 0
end
redis.call('INCRBY', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('HINCRBY', KEYS[3], 'numberChecks', ARGV[3])
redis.call('PEXPIRE', KEYS[3], ARGV[5])
return 1
