-- Writes an account, to lapse unless it is made to last.
-- KEYS[1]  the hash of the tenant and its account
-- ARGV[1]  ms until it lapses   ARGV[2..] field and value, by turns
-- Returns 1
for i = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
