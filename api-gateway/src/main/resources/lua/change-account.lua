-- Changes an account, unless it is gone or one of its fields has another value than the caller knows.
-- KEYS[1]  the hash of the tenant and its account
-- ARGV[1]  the field to be looked at   ARGV[2] its value; empty when it must not be there
-- ARGV[3..] field and value, by turns; an empty value removes the field. The first value is this one change's own
-- Returns 1 when the account is changed, 0 when not
if redis.call('HGET', KEYS[1], ARGV[3]) == ARGV[4] then
  return 1
end
local value = redis.call('HGET', KEYS[1], ARGV[1])
if (value or '') ~= ARGV[2] or redis.call('HEXISTS', KEYS[1], 'email') == 0 then
  return 0
end
for i = 3, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
return 1
