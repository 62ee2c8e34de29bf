// The page of a local run: asks for its state every second, and shows what changed. No library, no build.

const EVERY_MS = 1000;

const byId = (id) => document.getElementById(id);

const element = (name, text, properties = {}) =>
  Object.assign(document.createElement(name), text === undefined ? {} : { textContent: text }, properties);

/** What of a sidecar a person wants to see, in this order. */
const SHOWN = [
  'createdDate',
  'durationMs',
  'queueId',
  'groupId',
  'conversationId',
  'format',
  'sizeBytes',
  'sha256',
  'transcript',
];

const showVoicemail = ({ key, sizeBytes, sidecar }) => {
  const item = element('li');
  item.append(element('code', key));
  item.append(
    element('audio', undefined, {
      controls: true,
      preload: 'none',
      src: `recording?key=${encodeURIComponent(key)}`,
      ariaLabel: `Recording of ${sizeBytes} bytes`,
    }),
  );
  const list = element('dl');
  for (const name of SHOWN.filter((candidate) => sidecar?.[candidate] !== undefined)) {
    list.append(element('dt', name), element('dd', String(sidecar[name])));
  }
  item.append(sidecar === undefined ? element('p', 'The sidecar is not written yet.') : list);
  return item;
};

const shown = new Map();

/** Shows the archive; a recording that plays is left alone. */
const showArchive = (archive) => {
  byId('empty').hidden = archive.length > 0;
  for (const voicemail of archive.toReversed()) {
    const text = JSON.stringify(voicemail);
    const before = shown.get(voicemail.key);
    if (before?.text !== text) {
      const item = showVoicemail(voicemail);
      before === undefined ? byId('voicemails').prepend(item) : before.item.replaceWith(item);
      shown.set(voicemail.key, { text, item });
    }
  }
  const keys = new Set(archive.map(({ key }) => key));
  for (const [key, { item }] of shown) {
    if (!keys.has(key)) {
      item.remove();
      shown.delete(key);
    }
  }
};

let lastLog = '';

const showLog = (log) => {
  const text = log.join('\n');
  if (text === lastLog) {
    return;
  }
  lastLog = text;
  const lines = byId('lines');
  const isAtEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  lines.value = text;
  if (isAtEnd) {
    lines.scrollTop = lines.scrollHeight;
  }
};

const show = ({ now, counts, archive, labels, trouble, log }) => {
  byId('now').textContent = now.replace('T', ' ').slice(0, 19);
  byId('trouble').textContent = trouble.join(', ');
  for (const [name, count] of Object.entries(counts)) {
    byId(name).textContent = String(count);
  }
  showArchive(archive);
  byId('labels').replaceChildren(
    ...labels.map(({ version, stages }) => {
      const row = element('tr');
      row.append(element('td', version), element('td', stages.join(', ')));
      return row;
    }),
  );
  showLog(log);
};

const refresh = async () => {
  try {
    show(await (await fetch('state')).json());
  } catch {
    byId('trouble').textContent = 'the run has ended';
  }
};

for (const button of document.querySelectorAll('button[data-action]')) {
  button.addEventListener('click', async () => {
    button.disabled = true;
    byId('said').textContent = `${button.textContent.trim()}…`;
    try {
      const answer = await (await fetch(`actions/${button.dataset.action}`, { method: 'POST' })).json();
      byId('said').textContent = answer.said ?? answer.message ?? answer.error;
    } catch {
      byId('said').textContent = 'the run has ended';
    }
    button.disabled = false;
    button.focus();
    await refresh();
  });
}

const keepShowing = async () => {
  await refresh();
  setTimeout(keepShowing, EVERY_MS);
};
void keepShowing();
