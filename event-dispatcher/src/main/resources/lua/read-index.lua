-- Reads those of a tenant's events in order whose ids are in an index: a session's, or those that were given up.
-- KEYS[1] stream of events
-- KEYS[2] sorted set of ids
-- KEYS[3] another one, to read only what is in both; may be missing
-- ARGV[1] where to begin, as in ZRANGEBYLEX
-- ARGV[2] the last id, as in ZRANGEBYLEX
-- ARGV[3] most ids
-- ARGV[4] most bytes of the events' data; a first event that is larger is read nevertheless
-- Returns the last id that was looked at, or an empty string; 1 if there may be more, else 0; then each event's id and its list of
-- fields. An event that is no longer kept is passed over.
local most = tonumber(ARGV[3])
local bytes = tonumber(ARGV[4])
local result = { '', '0' }
local ids = redis.call('ZRANGEBYLEX', KEYS[2], ARGV[1], ARGV[2], 'LIMIT', 0, most)
for _, id in ipairs(ids) do
  if not KEYS[3] or redis.call('ZSCORE', KEYS[3], id) then
    local millis, sequence = string.match(id, '^(%d+)-(%d+)$')
    local entry = millis .. '-' .. string.format('%d', tonumber(sequence))
    local found = redis.call('XRANGE', KEYS[1], entry, entry)[1]
    if found then
      local size = 0
      for _, value in ipairs(found[2]) do
        size = size + #value
      end
      bytes = bytes - size
      if bytes < 0 and #result > 2 then
        result[2] = '1'
        return result
      end
      result[#result + 1] = found[1]
      result[#result + 1] = found[2]
    end
  end
  result[1] = id
end
if #ids == most then
  result[2] = '1'
end
return result
