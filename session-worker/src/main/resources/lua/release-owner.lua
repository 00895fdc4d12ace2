-- Fenced. Removes the owner's key at the end of an ownership.
-- KEYS[2]  the shard's owner
-- ARGV[2]  worker id
-- Returns {'OK'}
if redis.call('GET', KEYS[2]) == ARGV[2] then
  redis.call('DEL', KEYS[2])
end
return {'OK'}
