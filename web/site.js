// What all pages share: asking the server, and one stream of its events for all tabs.
const fragment = new URLSearchParams(location.hash.slice(1));
if (fragment.has('token')) {  // not sent to anybody, and out of sight
  sessionStorage.setItem('token', fragment.get('token'));
  history.replaceState(null, '', location.pathname);
}

export async function ask(path, options = {}) {
  const token = sessionStorage.getItem('token');
  const headers = token ? {Authorization: `Bearer ${token}`} : {};
  let answer;
  try {
    answer = await fetch(path, {...options, headers});
  } catch {
    throw new Error('ganvas does not answer; is it still running?');
  }
  if (answer.ok) return answer;
  const refusal = await answer.json().catch(() => ({error: answer.statusText}));
  throw new Error(refusal.error);
}

export const askJson = async (path, options) => (await ask(path, options)).json();

/** Shows an image of the server in an <img>, which alone could not bring the token, and lets go of the one before. */
export async function showImage(image, path) {
  image.dataset.wanted = path;
  const content = await (await ask(path)).blob();
  if (image.dataset.wanted !== path) return;  // another was asked for meanwhile
  const old = image.src;
  image.src = URL.createObjectURL(content);
  if (old) URL.revokeObjectURL(old);
  const mine = image.src;
  await image.decode().catch(error => { if (image.src === mine) throw error; });
}

async function readStream(hear) {
  const reader = (await ask('/api/stream')).body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (true) {
    const {value, done} = await reader.read();
    if (done) return;
    text += value;
    const messages = text.split('\n\n');
    text = messages.pop();
    for (const message of messages) {
      if (message.startsWith('event: lost')) hear({kind: 'lost'});
      else if (message.startsWith('data: ')) hear(JSON.parse(message.slice(6)));
    }
  }
}

/** Calls `hear` with each event. Of all tabs one listens to the server, and tells the others: browsers open
    six connections to a server. */
export function listen(hear) {
  const channel = new BroadcastChannel('ganvas');
  channel.addEventListener('message', event => hear(event.data));
  const lead = async () => {
    while (true) {
      try {
        await readStream(message => { channel.postMessage(message); hear(message); });
      } catch { /* said by `silent` */ }
      channel.postMessage({kind: 'silent'});
      hear({kind: 'silent'});
      await new Promise(done => setTimeout(done, 2000));
    }
  };
  if (navigator.locks) navigator.locks.request('ganvas-stream', lead); else lead();
}

export const byId = id => document.getElementById(id);

/** An element with attributes and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

export function duration(seconds) {
  const s = Math.round(seconds), m = Math.floor(s / 60), h = Math.floor(m / 60);
  if (h >= 48) return `${Math.floor(h / 24)} days ${h % 24} h`;
  if (h) return `${h} h ${m % 60} min`;
  return m ? `${m} min ${s % 60} s` : `${s} s`;
}

export const short = number => Number(number).toPrecision(4).replace(/\.?0+(e|$)/, '$1');
export const bytes = n => n > 1e9 ? `${(n / 1e9).toFixed(1)} GB` : `${Math.round(n / 1e6)} MB`;

export function complain(error) {
  const place = byId('complaint');
  place.textContent = error ? error.message : '';
  place.hidden = !error;
}

export const site = await askJson('/api/site').catch(error => { complain(error); return {}; });
byId('version').textContent = site.version ? `ganvas ${site.version}` : 'ganvas';
for (const link of document.querySelectorAll('nav a')) {
  link.hidden = link.dataset.needs in site && !site[link.dataset.needs];
}
