-- Not fenced. Tells which of some sessions of one shard are marked as deleted.
-- KEYS[1..] the sessions' records
-- ARGV[1] the field that is the mark
-- returns {index, ...}: counted from 0, of those that are marked
local marked = {}
for i = 1, #KEYS do
  if redis.call('HEXISTS', KEYS[i], ARGV[1]) == 1 then
    marked[#marked + 1] = string.format('%.0f', i - 1)
  end
end
return marked
