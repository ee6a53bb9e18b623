// Two games of points side by side, drawn as they go; time can be turned back.
import {askJson, byId, complain, make, short} from './site.js';

const kMostFrames = 600;
let lab = null, frames = [], isPlaying = false, isBusy = false, choices = null, played = 0;
const canvases = [], sentences = [], numbers = [];

/** Thousandths [x0, y0, x1, ...] as places on a canvas, y upwards. */
const placed = (flat, side, i) => [(flat[2 * i] / 1000 / lab.window + 1) / 2 * side, (1 - flat[2 * i + 1] / 1000 / lab.window) / 2 * side];

/** From blue, looks made, over white to yellow, looks real. */
function fieldColor(share) {
  const t = 2 * share - 1, strength = Math.abs(t);
  const [r, g, b] = t < 0 ? [66, 120, 214] : [244, 190, 40];
  return [255 + (r - 255) * strength, 255 + (g - 255) * strength, 255 + (b - 255) * strength];
}

function drawField(context, field, side) {
  const n = Math.round(Math.sqrt(field.length)), image = new ImageData(n, n);
  field.forEach((share, i) => {
    const row = n - 1 - Math.floor(i / n), at = 4 * (row * n + i % n);
    image.data.set([...fieldColor(share / 1000), 255], at);
  });
  const small = make('canvas', {width: n, height: n});
  small.getContext('2d').putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(small, 0, 0, side, side);
}

function drawGrid(context, grid, side) {
  const n = Math.round(Math.sqrt(grid.length / 2));
  Object.assign(context, {strokeStyle: 'rgba(110, 40, 140, .75)', lineWidth: 1.5});
  for (let i = 0; i < n; ++i) {
    for (const index of [j => i * n + j, j => j * n + i]) {
      context.beginPath();
      for (let j = 0; j < n; ++j) context.lineTo(...placed(grid, side, index(j)));
      context.stroke();
    }
  }
}

function drawArrows(context, frame, side) {
  Object.assign(context, {strokeStyle: 'rgba(20, 20, 20, .7)', lineWidth: 1.5});
  for (let i = 0; 2 * i < frame.arrows.length; ++i) {
    const [x, y] = placed(frame.made, side, i);
    const dx = frame.arrows[2 * i], dy = frame.arrows[2 * i + 1], length = Math.hypot(dx, dy);
    if (!length) continue;
    const drawn = Math.min(side / 14, side * Math.sqrt(length) / 900);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + dx / length * drawn, y - dy / length * drawn);
    context.stroke();
  }
}

function drawPoints(context, flat, side, color, radius) {
  context.fillStyle = color;
  for (let i = 0; 2 * i < flat.length; ++i) {
    const [x, y] = placed(flat, side, i);
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.fill();
  }
}

function drawFrame(sides) {
  sides.forEach((frame, k) => {
    const canvas = canvases[k], side = canvas.width, context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, side, side);
    if (byId('show-field').checked) drawField(context, frame.field, side);
    drawPoints(context, lab.real, side, 'rgba(70, 74, 82, .55)', side / 260);
    if (frame.grid && byId('show-grid').checked) drawGrid(context, frame.grid, side);
    if (byId('show-arrows').checked) drawArrows(context, frame, side);
    drawPoints(context, frame.made, side, '#d4460b', side / 200);
    canvas.setAttribute('aria-label', `Step ${frame.step}. ${frame.says}`);
    sentences[k].textContent = frame.says;
    numbers[k].textContent = [...Object.entries(frame.figures), ...Object.entries(frame.losses)]
      .map(([name, value]) => `${name} ${short(value)}`).join(', ');
  });
}

function showTime() {
  const sides = frames[Number(byId('time').value)];
  byId('time-text').textContent = `step ${sides[0].step}`;
  drawFrame(sides);
}

function keep(sides) {
  frames.push(sides);
  if (frames.length > kMostFrames) frames = frames.filter((_, i) => i % 2 === 0 || i === frames.length - 1);
  byId('time').max = frames.length - 1;  // before its value, which it bounds
  byId('time').value = frames.length - 1;
  showTime();
}

async function begin() {
  isPlaying = false;
  byId('play').textContent = 'Play';
  while (isBusy) await new Promise(done => setTimeout(done, 20));
  isBusy = true;
  try {
    const query = new URLSearchParams({density: byId('density').value, left: byId('left').value, right: byId('right').value});
    const body = byId('density').value === 'drawn' ? drawnCells() : undefined;
    lab = await askJson(`/api/lab/begin?${query}`, {method: 'POST', body});
    frames = [];
    ['left', 'right'].forEach((id, k) => {
      byId(`title-${k}`).textContent = byId(id).value;
      byId(`about-${k}`).textContent = choices.ways[byId(id).selectedIndex].about;
    });
    keep(lab.sides);
    complain(null);
  } catch (error) {
    complain(error);
  }
  isBusy = false;
}

async function advance(steps, who = 'both') {
  if (isBusy || !lab) return;
  isBusy = true;
  try {
    keep((await askJson(`/api/lab/play?lab=${lab.id}&steps=${steps}&who=${who}`, {method: 'POST'})).sides);
    complain(null);
  } catch (error) {
    isPlaying = false;
    complain(error);
  }
  isBusy = false;
}

/** The slowest are a step a second and three; the others as many steps as the slider says, at once. */
const speeds = [[1, 1000], [1, 300], [1, 60], [5, 30], [20, 10], [60, 0], [150, 0]];
async function play() {
  isPlaying = !isPlaying;
  const mine = ++played;
  byId('play').textContent = isPlaying ? 'Pause' : 'Play';
  while (isPlaying && mine === played) {
    const [steps, pause] = speeds[Number(byId('speed').value)];
    await advance(steps);
    await new Promise(done => setTimeout(done, pause));
  }
  if (mine === played) byId('play').textContent = 'Play';
}

function drawnCells() {
  const n = choices.drawn_side, small = make('canvas', {width: n, height: n}), context = small.getContext('2d');
  context.drawImage(byId('drawn'), 0, 0, n, n);
  return Uint8Array.from({length: n * n}, (_, i) => context.getImageData(i % n, Math.floor(i / n), 1, 1).data[0]);
}

function beginDrawing() {
  const canvas = byId('drawn'), context = canvas.getContext('2d');
  const erase = () => { context.fillStyle = '#000'; context.fillRect(0, 0, canvas.width, canvas.height); };
  const dab = event => {
    const scale = canvas.width / canvas.clientWidth;
    context.fillStyle = 'rgba(255, 255, 255, .5)';
    context.beginPath();
    context.arc(event.offsetX * scale, event.offsetY * scale, 10, 0, 7);
    context.fill();
  };
  canvas.addEventListener('pointerdown', event => { canvas.setPointerCapture(event.pointerId); dab(event); });
  canvas.addEventListener('pointermove', event => { if (event.buttons) dab(event); });
  byId('erase').addEventListener('click', erase);
  erase();
}

function beginSides() {
  for (let k = 0; k < 2; ++k) {
    canvases.push(make('canvas', {class: 'plane', width: 720, height: 720, role: 'img', 'aria-label': 'points'}));
    sentences.push(make('p', {class: 'says', 'aria-live': 'off'}));
    numbers.push(make('p', {class: 'soft'}));
    byId('sides').append(make('section', {'aria-labelledby': `title-${k}`}, make('h2', {id: `title-${k}`}), make('p', {class: 'soft', id: `about-${k}`}), sentences[k], canvases[k], numbers[k]));
  }
}

choices = await askJson('/api/lab/choices').catch(error => { complain(error); return {densities: [], ways: []}; });
byId('density').replaceChildren(...choices.densities.map(name => make('option', {value: name}, name)));
for (const id of ['left', 'right']) {
  byId(id).replaceChildren(...choices.ways.map(way => make('option', {value: way.name}, way.name)));
}
byId('right').selectedIndex = 1;
byId('density').addEventListener('change', () => { byId('drawing').hidden = byId('density').value !== 'drawn'; });
byId('begin').addEventListener('click', begin);
byId('play').addEventListener('click', play);
byId('step').addEventListener('click', () => advance(1));
for (const button of document.querySelectorAll('[data-alone]')) button.addEventListener('click', () => advance(10, button.dataset.alone));
byId('time').addEventListener('input', showTime);
for (const id of ['show-field', 'show-arrows', 'show-grid']) byId(id).addEventListener('change', showTime);
beginDrawing();
beginSides();
begin();
