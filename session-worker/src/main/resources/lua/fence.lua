-- Starts every fenced script: only the owner of a shard may write.
-- KEYS[1]  the shard's epoch
-- ARGV[1]  the caller's epoch
-- Returns {'FENCED'} when a newer owner has taken the shard; otherwise the script goes on.
-- A stored epoch that is older than the caller's means that Redis lost its last writes: it is corrected.
local stored = tonumber(redis.call('GET', KEYS[1]) or '0')
local mine = tonumber(ARGV[1])
if stored > mine then
  return {'FENCED'}
end
if stored < mine then
  redis.call('SET', KEYS[1], ARGV[1])
end

