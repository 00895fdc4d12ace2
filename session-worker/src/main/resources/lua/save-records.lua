-- Fenced. Stores and removes encrypted records of a session, its credentials among them: all or none.
-- KEYS[2]  the session's record
-- KEYS[3]  its credentials
-- ARGV[2]  how the names of records begin that are void, and removed first, or empty
-- ARGV[3]  how many records are removed
-- ARGV[4..] their names, then names and encrypted envelopes, Base64, of those to store, in turn
-- Returns {'OK', 'SAVED'}, or {'OK', 'MISSING'} when the session does not exist any more
if redis.call('EXISTS', KEYS[2]) == 0 then
  return {'OK', 'MISSING'}
end
if ARGV[2] ~= '' then
  for _, name in ipairs(redis.call('HKEYS', KEYS[3])) do
    if string.sub(name, 1, #ARGV[2]) == ARGV[2] then
      redis.call('HDEL', KEYS[3], name)
    end
  end
end
local first = 4 + tonumber(ARGV[3])
for i = 4, first - 1 do
  redis.call('HDEL', KEYS[3], ARGV[i])
end
for i = first, #ARGV, 2 do
  redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
end
return {'OK', 'SAVED'}
