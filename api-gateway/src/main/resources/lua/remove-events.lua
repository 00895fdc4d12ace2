-- Removes a tenant's events and notes that the tenant was removed, so that none comes after.
-- KEYS[1]  what is noted   KEYS[2...] what is removed
-- ARGV[1]  for how long it is noted, ms
-- Returns 1
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
for i = 2, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
return 1
