'use strict';

const REFRESH_MILLIS = 1000;
const MESSAGES_SHOWN = 200;
const PHONES_SHOWN = 500;
const FAULTS = {
  'ack-delay': 'millis', 'ack-drop': null, 'ack-error': 'code', 'usync-error': 'code', 'usync-drop': null,
  'drop-connection': 'afterMillis', 'stream-error': 'code', 'silent-close': 'afterMillis', 'half-open': 'afterMillis',
  'refuse-login': 'code', 'login-silence': null, 'refuse-connect': null, 'refuse-resume': null, 'media-error': 'status',
  'media-stall': null, 'media-cut': null, 'media-corrupt': null, 'refuse-reupload': null, 'bad-keys': null,
  'slow-network': 'millis', 'split-frame': null, 'retry-receipt': null, 'fail-decrypt': null,
};
const STATS = {
  openConnections: 'connected', pairings: 'paired', messages: 'messages', duplicateMessages: 'duplicates',
  undeliverable: 'undeliverable', undecryptable: 'undecryptable', numberChecks: 'number checks', mediaUploads: 'uploads',
};

const byId = id => document.getElementById(id);
let selected = location.hash.slice(1) || null;
let peer = null;
let current = {};
let shown = {};

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

async function call(method, path, body) {
  const response = await fetch(path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const json = await response.json();
  if (!response.ok) throw new Error(json.error.message);
  return json;
}

function tell(id, text, bad = false) {
  byId(id).textContent = text;
  byId(id).classList.toggle('bad', bad);
}

/** Runs what a person asked for, tells the outcome, and shows the new state. */
async function act(noticeId, action, done = '') {
  try {
    const text = await action();
    tell(noticeId, typeof text === 'string' ? text : done);
  } catch (failure) {
    tell(noticeId, failure.message, true);
  }
  refresh();
}

/** Redraws a part only when what it shows has changed, so that players and selections stay. */
function draw(key, state, render) {
  const text = JSON.stringify(state);
  if (shown[key] !== text) {
    shown[key] = text;
    render(state);
  }
}

function drawStats(stats) {
  byId('stats').replaceChildren(...Object.entries(STATS).map(([name, label]) =>
    element('div', {}, element('dt', { textContent: label }), element('dd', { textContent: stats[name] }))));
}

function drawPhones({ phones, current }) {
  byId('no-phones').hidden = phones.length > 0;
  byId('phones').replaceChildren(...phones.slice(0, PHONES_SHOWN).map(phone => {
    const button = element('button', { type: 'button', onclick: () => select(phone.number) },
      element('strong', { textContent: phone.pushName }),
      element('span', { className: 'hint', textContent: `${phone.number} · ${plural(phone.linkedDevices, 'device')} · ${plural(phone.messages, 'message')}` }));
    button.setAttribute('aria-pressed', String(phone.number === current));
    return element('li', {}, button);
  }));
  if (phones.length > PHONES_SHOWN) {
    byId('phones').append(element('li', { className: 'hint', textContent: `and ${phones.length - PHONES_SHOWN} more` }));
  }
}

function drawPhone(phone) {
  byId('phone').hidden = !phone;
  byId('nothing-selected').hidden = Boolean(phone);
  current = phone || {};
  if (phone) {
    byId('toggle-offline').textContent = phone.offline ? 'Go online' : 'Go offline';
    byId('phone-name').textContent = phone.pushName;
    byId('phone-detail').textContent = `${phone.number} · ${plural(phone.linkedDevices, 'linked device')}`;
  }
}

function drawChats({ chats, current }) {
  byId('chats').replaceChildren(...chats.map(chat => {
    const button = element('button', { type: 'button', className: 'quiet', onclick: () => openChat(chat.with) },
      element('strong', { textContent: chat.with }),
      element('span', { className: 'hint', textContent: chat.unread ? `${chat.unread} unread` : plural(chat.messages, 'message') }));
    button.setAttribute('aria-pressed', String(chat.with === current));
    return button;
  }));
}

function drawMessages({ messages, typing }) {
  const list = byId('messages');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  byId('no-messages').hidden = messages.length > 0;
  byId('typing').textContent = typing && typing !== 'paused' ? `${typing}…` : '';
  list.replaceChildren(...messages.slice(-MESSAGES_SHOWN).map(message =>
    element('li', { className: message.direction }, ...content(message), meta(message))));
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function content(message) {
  if (message.deleted) return [element('div', { className: 'hint', textContent: 'This message was deleted.' })];
  const parts = [];
  const { details } = message;
  const url = `/sim/phones/${selected}/messages/${encodeURIComponent(message.id)}/media`;
  if (details.quoted) parts.push(element('div', { className: 'quoted', textContent: `answers ${details.quoted}` }));
  if (['image', 'sticker'].includes(message.type)) parts.push(element('img', { src: url, alt: message.caption || message.type }));
  if (['video', 'ptv'].includes(message.type)) parts.push(element('video', { src: url, controls: true, preload: 'metadata' }));
  if (['audio', 'voice'].includes(message.type)) parts.push(element('audio', { src: url, controls: true, preload: 'metadata' }));
  if (message.type === 'document') {
    parts.push(element('a', { href: url, download: message.fileName || message.id, textContent: `⬇ ${message.fileName || 'document'}` }));
  }
  const text = message.text || message.caption || described(message.type, details);
  if (text) parts.push(element('div', { className: 'text', textContent: text }));
  if (message.reactions?.length) {
    parts.push(element('div', { className: 'reactions', textContent: message.reactions.map(reaction => reaction.emoji).join(' ') }));
  }
  return parts;
}

/** What a message without text or file says. */
function described(type, details) {
  switch (type) {
    case 'location': case 'live-location': return `📍 ${details.name || ''} ${details.latitude}, ${details.longitude}`;
    case 'contact': return `👤 ${details.contacts.map(contact => contact.name).join(', ')}`;
    case 'poll': return `📊 ${details.name}\n${details.options.map(option => `○ ${option}`).join('\n')}`;
    case 'event': return `📅 ${details.name}`;
    case 'invite': return `👥 ${details.name || details.group}`;
    case 'reaction': return `${details.emoji || 'no reaction'} to ${details.target}`;
    case 'disappearing-timer': return `⏱ messages disappear after ${details.seconds} s`;
    case 'image': case 'video': case 'ptv': case 'audio': case 'voice': case 'document': case 'sticker': case 'text': return '';
    default: return details.target ? `${type} of ${details.target}` : type;
  }
}

function meta(message) {
  const line = element('div', { className: 'meta' },
    element('span', { textContent: new Date(message.at).toLocaleTimeString() }));
  if (message.device) line.append(element('span', { textContent: `device ${message.device}` }));
  if (message.size !== null) line.append(element('span', { textContent: bytes(message.size) }));
  if (message.details.viewOnce) line.append(element('span', { textContent: 'view once' }));
  if (message.edited) line.append(element('span', { textContent: 'edited' }));
  if (message.state) line.append(element('span', { textContent: message.state }));
  if (message.read) line.append(element('span', { textContent: 'read' }));
  if (message.copies > 1) line.append(element('span', { className: 'badge', textContent: `${message.copies} copies` }));
  return line;
}

function drawFaults(faults) {
  byId('faults').replaceChildren(...faults.map(fault => element('li', {},
    element('span', { textContent: [fault.kind, fault.code || fault.status || fault.millis || '', fault.session || 'all', fault.times ? `×${fault.times}` : ''].filter(Boolean).join(' · ') }),
    element('button', { className: 'quiet', textContent: 'End', onclick: () => act('side-notice', () => call('DELETE', `/sim/faults/${fault.id}`)) }))));
}

function drawNumbers(numbers) {
  byId('numbers').replaceChildren(...Object.entries(numbers).map(([number, { registered, alias }]) => element('li', {},
    element('span', { textContent: [
      registered === null ? number : `${number} ${registered ? 'is' : 'is not'} on WhatsApp`,
      alias === null ? '' : `also dialled as ${alias}`].filter(Boolean).join(', ') }),
    element('button', { className: 'quiet', textContent: 'Reset', onclick: () => act('side-notice', () => call('DELETE', `/sim/numbers/${number}`)) }))));
}

function drawRefusals({ counts, refusals }) {
  byId('no-refusals').hidden = refusals.length > 0;
  byId('refusals').replaceChildren(...Object.entries(counts).map(([rule, count]) => {
    const last = refusals.findLast(refusal => refusal.rule === rule);
    const details = element('details', {}, element('summary', { textContent: `${rule} ×${count}` }));
    if (last) {
      details.append(
        element('p', { textContent: last.meaning }),
        element('p', { className: 'hint', textContent: `Last: ${last.number || 'a new client'} sent ${last.sent}` }),
        element('p', { textContent: `Would have passed: ${last.remedy}` }));
    }
    return element('li', {}, details);
  }));
}

function plural(count, word) {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function bytes(size) {
  return size < 1024 ? `${size} B` : size < 1048576 ? `${(size / 1024).toFixed(1)} KiB` : `${(size / 1048576).toFixed(1)} MiB`;
}

function select(number) {
  selected = number;
  peer = null;
  byId('write').elements.to.value = '';
  history.replaceState(null, '', `#${number}`);
  tell('notice', '');
  refresh();
}

async function refresh() {
  try {
    const [phones, stats, faults, numbers, refusals] = await Promise.all(
      ['/sim/phones', '/sim/stats', '/sim/faults', '/sim/numbers', '/sim/refusals'].map(path => call('GET', path)));
    const phone = phones.find(candidate => candidate.number === selected);
    draw('stats', stats, drawStats);
    draw('phones', { phones, current: selected }, drawPhones);
    draw('phone', phone || null, drawPhone);
    draw('faults', faults, drawFaults);
    draw('numbers', numbers, drawNumbers);
    draw('refusals', refusals, drawRefusals);
    if (phone) await refreshChats();
    byId('offline').hidden = true;
  } catch {
    byId('offline').hidden = false;
  }
}

async function refreshChats() {
  const chats = await call('GET', `/sim/phones/${selected}/chats`);
  if (!chats.some(chat => chat.with === peer)) peer = chats[0]?.with || null;
  const to = byId('write').elements.to;
  if (peer && !to.value && document.activeElement !== to) to.value = peer;
  draw('chats', { selected, chats, current: peer }, drawChats);
  const chat = peer ? await call('GET', `/sim/phones/${selected}/chats/${peer}`) : { messages: [] };
  draw('messages', { selected, ...chat }, drawMessages);
}

function openChat(number) {
  peer = number;
  byId('write').elements.to.value = number;
  refresh();
}

function scan(body) {
  if (!selected) return;
  tell('notice', 'Scanning…');
  act('notice', async () => {
    const { jid, status } = await call('POST', `/sim/phones/${selected}/scan`, body);
    return jid ? `Linked as ${jid}` : status;
  });
}

function scanFile(file) {
  const reader = new FileReader();
  reader.onload = () => scan({ image: reader.result });
  reader.readAsDataURL(file);
}

function onSubmit(id, noticeId, action) {
  byId(id).addEventListener('submit', event => {
    event.preventDefault();
    const form = event.target;
    act(noticeId, () => action(Object.fromEntries(new FormData(form)), form));
  });
}

onSubmit('add-phone', 'side-notice', async (fields, form) => {
  await call('PUT', `/sim/phones/${fields.number}`, fields.pushName ? { pushName: fields.pushName } : {});
  form.reset();
  select(fields.number);
});
onSubmit('write', 'notice', async (fields, form) => {
  const [file] = form.elements.media.files;
  const path = `/sim/phones/${selected}/messages`;
  if (file) {
    const query = new URLSearchParams({ to: fields.to, type: fields.type, fileName: file.name, caption: fields.text });
    const response = await fetch(`${path}?${query}`, { method: 'POST', headers: { 'Content-Type': file.type || 'application/octet-stream' }, body: file });
    if (!response.ok) throw new Error((await response.json()).error.message);
  } else {
    await call('POST', path, { to: fields.to, text: fields.text });
  }
  peer = fields.to;
  form.elements.text.value = '';
  form.elements.media.value = '';
  return 'Sent';
});
onSubmit('pairing-code', 'notice', async (fields, form) => {
  const { jid, status } = await call('POST', `/sim/phones/${selected}/pairing-code`, fields);
  form.reset();
  return jid ? `Linked as ${jid}` : status;
});
onSubmit('add-fault', 'side-notice', async fields => {
  const fault = { kind: fields.kind };
  if (fields.session) fault.session = fields.session;
  if (fields.times) fault.times = Number(fields.times);
  if (fields.value && FAULTS[fields.kind]) fault[FAULTS[fields.kind]] = Number(fields.value);
  await call('POST', '/sim/faults', fault);
});
onSubmit('add-number', 'side-notice', fields =>
  call('PUT', `/sim/numbers/${fields.number}`, { registered: fields.registered === 'true' }));

byId('mark-read').onclick = () => act('notice', () => call('POST', `/sim/phones/${selected}/read`, {}), 'Marked as read');
byId('toggle-offline').onclick = () => act('notice', () =>
  call('PUT', `/sim/phones/${selected}`, { offline: !current.offline }), current.offline ? 'Online' : 'Offline');
byId('add-device').onclick = () => act('notice', async () => `Added ${(await call('POST', `/sim/phones/${selected}/devices`, {})).jid}`);
byId('reinstall').onclick = () => act('notice', () => call('POST', `/sim/phones/${selected}/reinstall`), 'Installed anew');
byId('unlink').onclick = () => act('notice', () => call('POST', `/sim/phones/${selected}/unlink`), 'Unlinked');
byId('delete-phone').onclick = () => {
  if (confirm(`Delete ${selected} and unlink its devices?`)) act('notice', () => call('DELETE', `/sim/phones/${selected}`));
};
byId('clear-refusals').onclick = () => act('side-notice', () => call('DELETE', '/sim/refusals'));
byId('clear-faults').onclick = () => act('side-notice', () => call('DELETE', '/sim/faults'));

const drop = byId('drop');
drop.onclick = () => byId('file').click();
drop.onkeydown = event => {
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    byId('file').click();
  }
};
drop.ondragover = event => {
  event.preventDefault();
  drop.classList.add('over');
};
drop.ondragleave = () => drop.classList.remove('over');
drop.ondrop = event => {
  event.preventDefault();
  drop.classList.remove('over');
  const [file] = event.dataTransfer.files;
  if (file) scanFile(file);
  else scan({ qr: event.dataTransfer.getData('text') });
};
byId('file').onclick = event => event.stopPropagation();
byId('file').onchange = event => {
  const [file] = event.target.files;
  if (file) scanFile(file);
  event.target.value = '';
};
document.addEventListener('paste', event => {
  const image = [...event.clipboardData.items].find(item => item.type.startsWith('image/'));
  if (image) {
    scanFile(image.getAsFile());
    event.preventDefault();
  } else if (!event.target.closest('input')) {
    scan({ qr: event.clipboardData.getData('text') });
  }
});

byId('write').elements.type.append(...['image', 'video', 'voice', 'audio', 'document', 'sticker', 'ptv'].map(kind => element('option', { textContent: kind })));
byId('write').elements.media.onchange = event => {
  const kind = event.target.files[0]?.type.split('/')[0];
  byId('write').elements.type.value = ['image', 'video', 'audio'].includes(kind) ? kind : 'document';
};
byId('add-fault').elements.kind.append(...Object.keys(FAULTS).map(kind => element('option', { textContent: kind })));
const kindChanged = () => {
  const field = FAULTS[byId('add-fault').elements.kind.value];
  const value = byId('add-fault').elements.value;
  value.disabled = !field;
  value.placeholder = field || 'no value';
};
byId('add-fault').elements.kind.onchange = kindChanged;
kindChanged();
refresh();
setInterval(refresh, REFRESH_MILLIS);
