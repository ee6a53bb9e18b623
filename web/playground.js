// A photograph through a model: brought, worked on, compared, saved.
import {ask, askJson, byId, bytes, complain, listen, make, showImage, site} from './site.js';

let models = [], picture = null, painted = false, job = null;
const model = () => models[Number(byId('model').value)];

function chooseModel() {
  const {does, has_detail: hasDetail} = model();
  const walks = does === 'sample' || does === 'morph';
  byId('with-noise').hidden = !walks;
  byId('with-picture').hidden = walks;
  byId('pictures-row').hidden = does !== 'morph';
  for (const id of ['from-row', 'to-row', 'dice', 'about-seeds']) byId(id).hidden = does === 'morph';
  byId('detail-row').hidden = !hasDetail;
  byId('region-row').hidden = !picture || (does !== 'restore' && does !== 'fill');
  byId('cell-row').hidden = does !== 'restore';
  showMask();
  if (walks) walk();
}

function showMask() {
  byId('mask').hidden = byId('region-row').hidden || !byId('paint').checked;
}

function clearMask() {
  const mask = byId('mask');
  mask.getContext('2d').clearRect(0, 0, mask.width, mask.height);
  painted = false;
}

const blobOf = canvas => new Promise(done => canvas.toBlob(done, 'image/png'));

/** What was painted, white on black. */
async function uploadMask() {
  const mask = byId('mask'), plain = make('canvas', {width: mask.width, height: mask.height});
  const context = plain.getContext('2d');
  context.fillStyle = '#000';
  context.fillRect(0, 0, plain.width, plain.height);
  context.drawImage(mask, 0, 0);
  context.globalCompositeOperation = 'source-in';
  const pixels = context.getImageData(0, 0, plain.width, plain.height);
  for (let i = 0; i < pixels.data.length; i += 4) pixels.data.fill(pixels.data[i] > 64 ? 255 : 0, i, i + 3);
  context.putImageData(pixels, 0, 0);
  return (await askJson('/api/pictures', {method: 'POST', body: await blobOf(plain)})).id;
}

/** Sends a file: {id, width, height}. */
async function upload(file) {
  if (file.size > site.most_bytes) {  // the server would end the connection before it could be read why
    throw new Error(`${file.name}: got ${bytes(file.size)}, expected at most ${bytes(site.most_bytes)}; the commands take any size`);
  }
  return askJson('/api/pictures', {method: 'POST', body: file});
}

async function bring(file) {
  if (!file) return;
  complain(null);
  picture = null;
  byId('run').disabled = true;
  cancel();
  byId('state').textContent = `reading ${file.name}`;
  try {
    picture = {...await upload(file), name: file.name.replace(/\.[^.]*$/, '')};
  } catch (error) {
    byId('state').textContent = '';
    complain(error);
    return;
  }
  byId('state').textContent = `${file.name}: ${picture.width} x ${picture.height} pixels`;
  await showImage(byId('before'), `/api/view?picture=${picture.id}`);
  byId('compare').style.width = `${byId('before').naturalWidth}px`;
  const mask = byId('mask');
  mask.width = byId('before').naturalWidth;
  mask.height = byId('before').naturalHeight;
  painted = false;
  byId('after').hidden = byId('slider-row').hidden = byId('save').hidden = true;
  byId('words').textContent = '';
  byId('result').hidden = false;
  byId('run').disabled = false;
  chooseModel();
}

async function run() {
  complain(null);
  byId('run').disabled = byId('save').hidden = true;
  byId('cancel').hidden = false;
  try {
    const query = new URLSearchParams({picture: picture.id, model: byId('model').value, detail: byId('detail').value});
    if (painted && ['restore', 'fill'].includes(model().does)) {
      query.set('painted', await uploadMask());
      query.set('cell', byId('cell').value || '0');
    }
    const mine = picture, id = job = (await askJson(`/api/jobs?${query}`, {method: 'POST'})).id;
    while (mine === picture && await isUnderWay(id, mine)) await new Promise(done => setTimeout(done, 400));
  } catch (error) {
    byId('state').textContent = '';
    complain(error);
  }
  job = null;
  byId('progress').hidden = byId('cancel').hidden = true;
  byId('run').disabled = !picture;
}

/** The end of a job is told as any other. */
function cancel() {
  if (job) askJson(`/api/cancel?job=${job}`, {method: 'POST'}).catch(complain);
}

async function isUnderWay(id, mine) {
  const told = await askJson(`/api/job?job=${id}`);
  if (mine !== picture) return false;  // another was brought meanwhile
  byId('progress').hidden = !told.all;
  if (told.all) Object.assign(byId('progress'), {max: told.all, value: told.done});
  byId('state').textContent = told.all ? `${told.done} of ${told.all} parts` : told.state;
  if (told.state === 'failed') throw new Error(told.text);
  if (told.state !== 'done') return true;
  await showResult(told);
  return false;
}

async function showResult(told) {
  const after = byId('after');
  await showImage(after, `/api/view?picture=${told.picture}`);
  byId('compare').style.width = `${after.naturalWidth}px`;  // of what was small the browser shows an enlargement
  after.hidden = byId('slider-row').hidden = false;
  byId('paint').checked = false;
  showMask();
  slide();
  const file = await (await ask(`/api/file?picture=${told.picture}`)).blob();
  URL.revokeObjectURL(byId('save').href);
  byId('save').href = URL.createObjectURL(file);
  byId('save').download = `${picture.name}-${model().does}.png`;
  byId('save').hidden = false;
  byId('state').textContent = `done: ${told.width} x ${told.height} pixels`;
  byId('words').textContent = told.text;
}

const slide = () => { byId('after').style.clipPath = `inset(0 0 0 ${byId('slider').value}%)`; };

/** The image itself can be dragged over, as well as its slider. */
function beginSliding() {
  byId('compare').addEventListener('pointermove', event => {
    if (byId('after').hidden || !byId('mask').hidden || (event.pointerType === 'mouse' && !event.buttons)) return;
    const box = byId('compare').getBoundingClientRect();
    byId('slider').value = 100 * (event.clientX - box.left) / box.width;
    slide();
  });
  for (const id of ['before', 'after']) byId(id).draggable = false;
}

function beginPainting() {
  const mask = byId('mask');
  let last = null;
  const place = event => [event.offsetX * mask.width / mask.clientWidth, event.offsetY * mask.height / mask.clientHeight];
  mask.addEventListener('pointerdown', event => { last = place(event); mask.setPointerCapture(event.pointerId); draw(event); });
  mask.addEventListener('pointermove', event => { if (last) draw(event); });
  mask.addEventListener('pointerup', () => { last = null; });
  function draw(event) {
    const context = mask.getContext('2d'), [x, y] = place(event);
    Object.assign(context, {strokeStyle: '#ffd54f', lineWidth: mask.width / 18, lineCap: 'round', globalAlpha: 1});
    context.beginPath();
    context.moveTo(...last);
    context.lineTo(x + .01, y);
    context.stroke();
    last = [x, y];
    painted = true;
  }
}

const ends = {from: null, to: null};  // pictures to walk between, by their numbers
async function bringEnd(end, file) {
  if (!file) return;
  complain(null);
  ends[end] = (await upload(file)).id;
  walk();
}

let walking = false, walkAgain = false;
async function walk() {
  const isMorph = model().does === 'morph', where = id => (isMorph ? ends[id] : byId(id).value || '0');
  byId('walked').hidden = isMorph && !(ends.from && ends.to);
  if (byId('walked').hidden) return;
  if (walking) { walkAgain = true; return; }
  walking = true;
  try {
    const query = new URLSearchParams({model: byId('model').value, from: where('from'), to: where('to'), at: byId('at').value});
    await showImage(byId('walked'), `/api/walk?${query}`);
    complain(null);
  } catch (error) {
    complain(error);
  }
  walking = false;
  if (walkAgain) { walkAgain = false; walk(); }
}

byId('mask').style.opacity = .55;
byId('model').addEventListener('change', chooseModel);
byId('file').addEventListener('change', event => bring(event.target.files[0]).catch(complain));
byId('run').addEventListener('click', run);
byId('cancel').addEventListener('click', cancel);
byId('slider').addEventListener('input', slide);
byId('paint').addEventListener('change', showMask);
byId('clear').addEventListener('click', clearMask);
byId('detail').addEventListener('input', () => {
  const value = byId('detail').value;
  byId('detail-text').textContent = value === '0' ? 'faithful' : value === '100' ? 'vivid' : `${value} %`;
});
for (const id of ['from', 'to', 'at']) byId(id).addEventListener('input', walk);
for (const end of ['from', 'to']) byId(`${end}-picture`).addEventListener('change', event => bringEnd(end, event.target.files[0]).catch(complain));
byId('dice').addEventListener('click', () => {
  for (const id of ['from', 'to']) byId(id).value = Math.floor(Math.random() * 1e6);
  walk();
});
const drop = byId('drop');
for (const kind of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(kind, event => {
    event.preventDefault();
    drop.toggleAttribute('data-over', kind === 'dragover');
    if (kind === 'drop') bring(event.dataTransfer.files[0]).catch(complain);
  });
}
beginPainting();
beginSliding();
listen(message => { byId('link').textContent = message.kind === 'silent' ? 'ganvas does not answer' : ''; });
models = await askJson('/api/models').catch(error => { complain(error); return []; });
byId('model').replaceChildren(...models.map(each => make('option', {value: each.id}, each.name)));
if (models.length) chooseModel();
