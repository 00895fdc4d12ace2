-- Makes the claim on an e-mail address last, unless it has lapsed and the address become somebody else's.
-- KEYS[1]  the address's entry
-- ARGV[1]  tenant id
-- Returns 1 when the address is the tenant's for good, 0 when it is not
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1])
return 1
