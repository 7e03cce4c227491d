-- Who is at which msg-server, and who is told when that changes. Each call is one step for everybody, and what it publishes reaches
-- every subscriber in the order of the changes.
--
-- KEYS[1]            the prefix of all keys and channels
-- ARGV[1]            the operation, see the end
-- ARGV[2]            the id of the msg-server that calls
-- ARGV[3], ...       what the operation wants
--
-- <prefix>:servers       the msg-servers
-- <prefix>:alive:<id>    is there as long as one says so often enough
-- <prefix>:clients:<id>  its clients: <user>:<kind>, each once
-- <prefix>:user:<user>   where a user is, counted: <id>:<kind> = how many
-- <prefix>:from:<id>     channel: news of that one and its users, for all others
-- <prefix>:to:<id>       channel: what is for that one alone
local prefix, operation, me = KEYS[1], ARGV[1], ARGV[2]
-- The kinds of clients, as in the protocol's ClientType.
local WINDOWS, MAC, IOS, ANDROID = ':1', ':2', ':17', ':18'
local PART = 1000

local servers_key = prefix .. ':servers'
local function alive_key(server) return prefix .. ':alive:' .. server end
local function clients_key(server) return prefix .. ':clients:' .. server end
local function user_key(user) return prefix .. ':user:' .. user end

-- The user, and the kind with its colon.
local function parse(client)
  return string.match(client, '^(%d+)(:%d+)$')
end

-- Calls f with each msg-server where a user is, and the kind of client; with one of several kinds more than once.
local function each_client(user, f)
  for _, client in ipairs(redis.call('HKEYS', user_key(user))) do
    f(string.match(client, '^(.+)(:%d+)$'))
  end
end

local NOWHERE = {any = false, desktop = false, mobile = false}

-- By msg-server: whether a user is there, on a desktop and on a mobile.
local function places(user)
  local found = {}
  each_client(user, function(server, kind)
    local place = found[server] or {any = true, desktop = false, mobile = false}
    place[(kind == WINDOWS or kind == MAC) and 'desktop' or 'mobile'] = true
    found[server] = place
  end)
  return found
end

local function at(server, user)
  return places(user)[server] or NOWHERE
end

-- The protocol's frames

local function varint(number)
  local bytes = ''
  number = tonumber(number)
  while number >= 128 do
    bytes = bytes .. string.char(number % 128 + 128)
    number = math.floor(number / 128)
  end
  return bytes .. string.char(number)
end

local function frame(service, command, body)
  return struct.pack('>I4I2I2I2I2I4', 16 + #body, 1, 0, service, command, 0) .. body
end

local function status_frame(user, online)
  local stat = '\8' .. varint(user) .. '\16' .. (online and '\1' or '\2')
  return frame(2, 0x0203, '\10' .. varint(#stat) .. stat)
end

local function desktop_frame(user, online)
  return frame(7, 0x070e, '\8' .. varint(user) .. '\16' .. (online and '\1' or '\0'))
end

local function list_frame(clients, is_first, is_last)
  local body = {}
  for i, client in ipairs(clients) do
    local user, kind = parse(client)
    local stat = '\8' .. varint(user) .. '\16\1\24' .. varint(string.sub(kind, 2))
    body[i] = '\10' .. varint(#stat) .. stat
  end
  if is_first then body[#body + 1] = '\240\1\1' end
  if is_last then body[#body + 1] = '\248\1\1' end
  return frame(7, 0x0708, table.concat(body))
end

-- News

local function publish_to(server, pdu)
  redis.call('PUBLISH', prefix .. ':to:' .. server, pdu)
end

-- A user came to a msg-server, or went, or changed there. Coming and going is news for each other one that knows the user to be nowhere
-- else. What became of the desktop is news for the user's mobiles elsewhere, and for one that has just come.
local function tell(server, user, was, came)
  local elsewhere, desktop_elsewhere = {}, false
  local is = NOWHERE
  for place, there in pairs(places(user)) do
    if place == server then
      is = there
    else
      elsewhere[#elsewhere + 1] = {server = place, mobile = there.mobile}
      desktop_elsewhere = desktop_elsewhere or there.desktop
    end
  end
  if is.any ~= was.any then
    if #elsewhere == 0 then
      redis.call('PUBLISH', prefix .. ':from:' .. server, status_frame(user, is.any))
    elseif #elsewhere == 1 then
      publish_to(elsewhere[1].server, status_frame(user, is.any))
    end
  end
  if is.desktop ~= was.desktop and not desktop_elsewhere then
    for _, other in ipairs(elsewhere) do
      if other.mobile then
        publish_to(other.server, desktop_frame(user, is.desktop))
      end
    end
  end
  if came and is.mobile and not is.desktop and desktop_elsewhere then
    publish_to(server, desktop_frame(user, true))
  end
end

local function tell_everybody_elsewhere()
  local clients, is_first = {}, true
  for _, server in ipairs(redis.call('SMEMBERS', servers_key)) do
    if server ~= me then
      for _, client in ipairs(redis.call('SMEMBERS', clients_key(server))) do
        clients[#clients + 1] = client
        if #clients == PART then
          publish_to(me, list_frame(clients, is_first, false))
          clients, is_first = {}, false
        end
      end
    end
  end
  publish_to(me, list_frame(clients, is_first, true))
end

-- Changes

-- One client more or less; it may be none that was there.
local function count(client, by)
  local user, kind = parse(client)
  local was, here = at(me, user), me .. kind
  if redis.call('HINCRBY', user_key(user), here, by) > 0 then
    redis.call('SADD', clients_key(me), client)
  else
    redis.call('HDEL', user_key(user), here)
    redis.call('SREM', clients_key(me), client)
  end
  tell(me, user, was, by > 0)
end

-- Those and no others are at a msg-server; clients and counts take turns.
local function replace(server, counted)
  local fresh = {}
  for i = 1, #counted, 2 do
    local user, kind = parse(counted[i])
    fresh[user] = fresh[user] or {}
    fresh[user][kind] = counted[i + 1]
  end
  for _, client in ipairs(redis.call('SMEMBERS', clients_key(server))) do
    local user = parse(client)
    fresh[user] = fresh[user] or {}
  end
  redis.call('DEL', clients_key(server))
  for user, clients in pairs(fresh) do
    local was = at(server, user)
    if was.any then
      redis.call('HDEL', user_key(user), server .. WINDOWS, server .. MAC, server .. IOS, server .. ANDROID)
    end
    for kind, number in pairs(clients) do
      redis.call('HSET', user_key(user), server .. kind, number)
      redis.call('SADD', clients_key(server), user .. kind)
    end
    tell(server, user, was, true)
  end
end

local function bury(server)
  replace(server, {})
  redis.call('SREM', servers_key, server)
  redis.call('DEL', alive_key(server))
end

local function keep_alive(milliseconds)
  redis.call('SET', alive_key(me), '', 'PX', milliseconds)
end

local function rest(from)
  local values = {}
  for i = from, #ARGV do
    values[#values + 1] = ARGV[i]
  end
  return values
end

-- Who calls is alive. Not in every call, since each msg-server is looked at.
local function bury_the_dead()
  for _, server in ipairs(redis.call('SMEMBERS', servers_key)) do
    if server ~= me and redis.call('EXISTS', alive_key(server)) == 0 then
      bury(server)
    end
  end
end

-- Operations. Those that return 0 did nothing: the msg-server was taken for dead, and has to join again.

-- ARGV[3]: how long it lives without saying so, in milliseconds; then its clients and their counts.
if operation == 'join' then
  bury_the_dead()
  keep_alive(ARGV[3])
  redis.call('SADD', servers_key, me)
  replace(me, rest(4))
  tell_everybody_elsewhere()
  return 1
end

-- ARGV[3], ...: users. Which clients they have elsewhere.
if operation == 'lookup' then
  local found = {}
  for _, user in ipairs(rest(3)) do
    each_client(user, function(server, kind)
      if server ~= me then
        found[#found + 1] = user .. kind
      end
    end)
  end
  return found
end

if redis.call('SISMEMBER', servers_key, me) == 0 then
  return 0
end
if operation == 'alive' then
  bury_the_dead()
  keep_alive(ARGV[3])
elseif operation == 'came' then
  count(ARGV[3], 1)
elseif operation == 'went' then
  count(ARGV[3], -1)
elseif operation == 'send' then
  -- ARGV[3]: a frame; then the users. It goes once to each other msg-server that hosts any of them.
  local sent = {[me] = true}
  for _, user in ipairs(rest(4)) do
    each_client(user, function(server)
      if not sent[server] then
        sent[server] = true
        publish_to(server, ARGV[3])
      end
    end)
  end
elseif operation == 'broadcast' then
  -- ARGV[3]: a frame for each other msg-server.
  redis.call('PUBLISH', prefix .. ':from:' .. me, ARGV[3])
elseif operation == 'leave' then
  bury(me)
else
  return redis.error_reply('no such operation: ' .. operation)
end
return 1
