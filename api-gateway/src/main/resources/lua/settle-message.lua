-- Ends a hold and counts what became of its message. Does nothing when the hold has ended before.
-- KEYS[1]  the day's usage   KEYS[2] holds
-- ARGV[1]  hold id   ARGV[2] field that it was held for   ARGV[3] field to count, or an empty string for none
-- ARGV[4]  ms that the first key is kept
-- Returns 1 when settled, 0 when there was no hold
if redis.call('ZREM', KEYS[2], ARGV[1] .. ':' .. ARGV[2]) == 0 then
  return 0
end
if ARGV[3] ~= '' then
  redis.call('HINCRBY', KEYS[1], ARGV[3], 1)
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 1
