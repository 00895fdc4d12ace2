-- Looks for events that are to go: those that are too old, or the oldest of too many. Writes nothing.
-- KEYS[1]  the tenant's stream
-- KEYS[2]  whether the tenant was removed
-- ARGV[1]  how long events are kept, ms
-- ARGV[2]  how many events are kept
-- ARGV[3]  how many are looked at
-- Returns {'REMOVED'} when the tenant was removed; {} when nothing is to go; otherwise {entry id of the youngest to go, how many go,
-- how many of them go before their time, session ids...}
if redis.call('EXISTS', KEYS[2]) == 1 then
  return {'REMOVED'}
end
local time = redis.call('TIME')
local kept = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - tonumber(ARGV[1])
local most = tonumber(ARGV[3])
local excess = math.min(redis.call('XLEN', KEYS[1]) - tonumber(ARGV[2]), most)
local entries = redis.call('XRANGE', KEYS[1], '-', string.format('%d', math.max(kept - 1, 0)), 'COUNT', most)
local old = #entries
if excess > old then
  entries = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', excess)
end
if #entries == 0 then
  return {}
end
local result = {entries[#entries][1], tostring(#entries), tostring(#entries - old)}
local listed = {}
for _, entry in ipairs(entries) do
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == 's' and not listed[fields[i + 1]] then
      listed[fields[i + 1]] = true
      result[#result + 1] = fields[i + 1]
    end
  end
end
return result
