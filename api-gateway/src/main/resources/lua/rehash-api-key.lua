-- Replaces the hash of an API key, unless somebody else has replaced it or the key is gone.
-- KEYS[1]  the key's hash
-- ARGV[1]  the hash as the caller knows it   ARGV[2] name of the new pepper   ARGV[3] the new hash
-- Returns 1 when the hash is the new one now, 0 when not
local hash = redis.call('HGET', KEYS[1], 'hash')
if hash == ARGV[1] then
  redis.call('HSET', KEYS[1], 'pepper', ARGV[2], 'hash', ARGV[3])
  return 1
end
return hash == ARGV[3] and 1 or 0
