-- Reads a tenant's events in order.
-- KEYS[1] stream of events
-- ARGV[1] id of the entry after which to begin
-- ARGV[2] id of the last entry, or +
-- ARGV[3] most events
-- ARGV[4] most bytes of their data; a first event that is larger is read nevertheless
-- Returns 1 if there may be more, else 0; then each event's id and its list of fields.
local most = tonumber(ARGV[3])
local bytes = tonumber(ARGV[4])
local result = { '0' }
local after = ARGV[1]
local count = 0
while true do
  local chunk = math.min(16, most - count)
  if chunk == 0 then
    result[1] = '1'
    return result
  end
  local entries = redis.call('XRANGE', KEYS[1], '(' .. after, ARGV[2], 'COUNT', chunk)
  for _, entry in ipairs(entries) do
    local size = 0
    for _, value in ipairs(entry[2]) do
      size = size + #value
    end
    bytes = bytes - size
    if bytes < 0 and count > 0 then
      result[1] = '1'
      return result
    end
    count = count + 1
    result[#result + 1] = entry[1]
    result[#result + 1] = entry[2]
    after = entry[1]
  end
  if #entries < chunk then
    return result
  end
end
