-- Names the sessions that a part of a tenant's events belongs to.
-- KEYS[1]  the stream of events
-- ARGV[1]  the part begins after this event, by its id in the stream; '' for the oldest   ARGV[2] how many events at most
-- Returns {id of the last event of the part or '' when there is none, session, ...}
local entries = redis.call('XRANGE', KEYS[1], ARGV[1] == '' and '-' or '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
local result, seen = {#entries > 0 and entries[#entries][1] or ''}, {}
for _, entry in ipairs(entries) do
  for i = 1, #entry[2], 2 do
    local session = entry[2][i + 1]
    if entry[2][i] == 's' and not seen[session] then
      seen[session] = true
      result[#result + 1] = session
    end
  end
end
return result
