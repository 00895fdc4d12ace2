-- Frees an e-mail address, if it is the tenant's.
-- KEYS[1]  the address's entry
-- ARGV[1]  tenant id
-- Returns 1 when it is free now, 0 when it is somebody else's
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
return 1
