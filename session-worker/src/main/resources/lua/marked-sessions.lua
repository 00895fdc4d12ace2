-- Not fenced. Tells which of some sessions of one shard are to be deleted: marked as deleted by a gateway that does not take
-- its mark back any more, or never confirmed in time, and then marked here.
-- KEYS[1..] the sessions' records
-- ARGV[1] the field that is the mark
-- ARGV[2] the field with the time from which the mark stands, ms
-- ARGV[3] the field with the time until which the session has to be confirmed, ms
-- returns {index, ...}: counted from 0, of those that are to be deleted
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local marked = {}
for i = 1, #KEYS do
  local mark, from, confirm_by = unpack(redis.call('HMGET', KEYS[i], ARGV[1], ARGV[2], ARGV[3]))
  if not mark and confirm_by and tonumber(confirm_by) < now then
    redis.call('HSET', KEYS[i], ARGV[1], 'never confirmed')
    mark, from = true, false
  end
  if mark and (not from or tonumber(from) <= now) then
    marked[#marked + 1] = string.format('%.0f', i - 1)
  end
end
return marked
