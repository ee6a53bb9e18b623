// Trainings as they go: curves, samples through time, what happened, and what knobs differ.
import {askJson, byId, bytes, complain, duration, listen, make, short, showImage} from './site.js';
import {Chart} from './charts.js';

const runs = new Map();      // by id: what the server says of a run in a line
const curves = new Map();    // by id: {width, begun, curves, figures}
const stories = new Map();   // by id: {knobs, happened, sheets}
const charts = new Map();    // by name
const ticked = new Set();
let chosen = null, sheets = [], follows = true, shownSheet = null;

const status = run => run.is_at_work ? `training, ${duration(run.seconds_left)} left`
  : run.step < run.steps ? 'stopped' : 'finished';

/** A run's name, with its number where another has the same. */
function titleOf(id) {
  const {name} = runs.get(id);
  return [...runs.values()].filter(run => run.name === name).length > 1 ? `${name} (${id})` : name;
}

function listRuns() {
  const rows = [...runs.values()].reverse().map(run => make('li', {class: 'run', 'data-chosen': run.id === chosen},
    make('input', {type: 'checkbox', 'aria-label': `show the curves of ${run.name}`, ...(ticked.has(run.id) ? {checked: true} : {}),
      onchange: event => { ticked[event.target.checked ? 'add' : 'delete'](run.id); Promise.all([refreshCurves(), refreshStory()]).catch(complain); }}),
    make('button', {onclick: () => choose(run.id)}, titleOf(run.id)),
    make('small', {}, `${run.method}, step ${run.step} of ${run.steps}, ${status(run)}`)));
  if (!rows.length) rows.push(make('li', {class: 'soft'}, 'No training yet. Begin one with ganvas train --run FOLDER in a folder that is watched.'));
  const focused = [...byId('runs').querySelectorAll('input, button')].indexOf(document.activeElement);
  byId('runs').replaceChildren(...rows);
  if (focused >= 0) byId('runs').querySelectorAll('input, button')[focused]?.focus();
}

function showRun() {
  const run = runs.get(chosen);
  byId('about').hidden = !run;
  if (!run) return;
  byId('chosen').textContent = run.name;
  byId('progress').max = Math.max(run.steps, 1);
  byId('progress').value = run.step;
  const facts = [['method', run.method], ['data', run.data], ['step', `${run.step} of ${run.steps}`], ['state', status(run)],
    ['steps a second', short(run.steps_per_s)], ['waiting for data', `${Math.round(100 * run.waiting)} %`],
    ...(run.waiting_for_others ? [['waiting for others', `${Math.round(100 * run.waiting_for_others)} %`]] : []),
    ...(run.memory ? [['memory', bytes(run.memory)]] : []), ...Object.entries(run.figures).map(([name, value]) => [name, short(value)])];
  byId('tiles').replaceChildren(...facts.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
  const verdict = stories.get(chosen)?.happened.filter(event => event.kind !== 'start').at(-1);
  byId('words').textContent = verdict ? `Since step ${verdict.step}: ${verdict.text}` : '';
}

async function fetchCurves(id) {
  const run = runs.get(id), known = curves.get(id);
  const last = known?.begun === run.begun ? Object.values(known.curves)[0]?.step.at(-1) ?? 0 : 0;
  const from = Math.max(0, last - (known?.width ?? 0));
  const fresh = await askJson(`/api/curves?run=${id}&from=${from}`);
  if (!known || fresh.width !== known.width || fresh.begun !== known.begun || !last) {
    curves.set(id, from ? await askJson(`/api/curves?run=${id}&from=0`) : fresh);
    return;
  }
  known.figures = fresh.figures;
  for (const [name, more] of Object.entries(fresh.curves)) {
    const curve = known.curves[name] ??= {step: [], mean: [], low: [], high: []};
    const keep = curve.step.findIndex(step => step >= (more.step[0] ?? Infinity));
    for (const key of ['step', 'mean', 'low', 'high']) {
      curve[key] = [...(keep < 0 ? curve[key] : curve[key].slice(0, keep)), ...more[key]];
    }
  }
}

/** Curves of one chart from all runs that are shown, by the chart's name. */
function groups() {
  const all = new Map();
  const shown = [...new Set([chosen, ...ticked])].filter(id => curves.has(id));
  for (const id of shown) {
    const {curves: losses, figures} = curves.get(id);
    const add = (chart, term, curve) => {
      const name = shown.length > 1 ? `${titleOf(id)}: ${term}` : term;
      all.set(chart, [...(all.get(chart) ?? []), {...curve, name}]);
    };
    for (const [name, curve] of Object.entries(figures)) add(`validation: ${name}`, name, curve);
    for (const [name, curve] of Object.entries(losses)) {
      const [player, term] = name.split('.');
      add(term ? `loss of the ${player}` : 'learning rate', term ?? 'learning rate', curve);
    }
  }
  return all;
}

function drawCharts() {
  const how = {smoothing: Number(byId('smoothing').value), isLog: byId('log').checked};
  const wanted = groups();
  if ([...charts.keys()].join() !== [...wanted.keys()].join()) {
    for (const chart of charts.values()) chart.destroy();
    charts.clear();
    byId('charts').replaceChildren();
    for (const name of wanted.keys()) charts.set(name, new Chart(byId('charts'), name));
  }
  for (const [name, list] of wanted) charts.get(name).show(list, how);
}

async function refreshCurves() {
  if (document.hidden) return;
  for (const id of new Set([chosen, ...ticked])) if (runs.has(id)) await fetchCurves(id);
  drawCharts();
}

async function showSheet() {
  const step = sheets[Number(byId('when').value)];
  byId('when-text').textContent = step == null ? '' : `step ${step}`;
  if (step == null || shownSheet === `${chosen} ${step}`) return;
  shownSheet = `${chosen} ${step}`;
  byId('sheet').alt = `Samples of this training at step ${step}`;
  await showImage(byId('sheet'), `/api/sheet?run=${chosen}&step=${step}`);
}

/** The knobs of the runs that are ticked, those that differ first; of one run alone all. */
function showKnobs() {
  const shown = [...new Set([chosen, ...ticked])].filter(id => stories.has(id));
  const names = [...new Set(shown.flatMap(id => Object.keys(stories.get(id).knobs)))];
  const values = name => shown.map(id => stories.get(id).knobs[name] ?? '');
  const rows = shown.length > 1 ? names.filter(name => new Set(values(name)).size > 1) : names;
  byId('knobs-title').textContent = shown.length > 1 ? 'Knobs that differ' : 'Knobs';
  byId('knobs').replaceChildren(make('table', {},
    make('thead', {}, make('tr', {}, make('th', {scope: 'col'}, 'knob'), ...shown.map(id => make('th', {scope: 'col'}, titleOf(id))))),
    make('tbody', {}, ...rows.map(name => make('tr', {}, make('td', {}, name), ...values(name).map(value => make('td', {}, value)))))));
}

async function refreshStory() {
  for (const id of new Set([chosen, ...ticked])) if (runs.has(id)) stories.set(id, await askJson(`/api/story?run=${id}`));
  const story = stories.get(chosen);
  if (!story) return;  // another was chosen meanwhile, and its own is on its way
  sheets = story.sheets;
  byId('sheets').hidden = !sheets.length;
  byId('when').max = Math.max(0, sheets.length - 1);
  if (follows) byId('when').value = sheets.length - 1;
  byId('happened').replaceChildren(...story.happened.slice().reverse().map(event =>
    make('tr', {}, make('td', {}, String(event.step)), make('td', {}, event.text))));
  await showSheet();
  showKnobs();
}

async function choose(id) {
  chosen = id;
  follows = true;
  listRuns();
  showRun();
  try {
    await Promise.all([refreshCurves(), refreshStory()]);
    showRun();
    complain(null);
  } catch (error) {
    complain(error);
  }
}

async function begin() {
  const all = await askJson('/api/runs'), name = runs.get(chosen)?.name;
  for (const known of [runs, curves, stories, ticked]) known.clear();  // numbers are of one server's life
  chosen = shownSheet = null;
  for (const run of all) runs.set(run.id, run);
  listRuns();
  const first = all.find(run => run.name === name) ?? all.findLast(run => run.is_at_work) ?? all.at(-1);
  if (first && !runs.has(chosen)) await choose(first.id);
  else if (!first) showRun();
}

let waiting = null;
function hear(message) {
  byId('link').textContent = message.kind === 'silent' ? 'ganvas does not answer' : '';
  if (message.kind === 'lost' || (message.kind !== 'silent' && byId('link').dataset.was === 'silent')) begin().catch(complain);
  byId('link').dataset.was = message.kind;
  if (message.kind !== 'run') return;
  if (!message.run.is_there) { begin().catch(complain); return; }
  runs.set(message.run.id, message.run);
  listRuns();
  if (chosen == null) { choose(message.run.id); return; }
  if (message.run.id !== chosen && !ticked.has(message.run.id)) return;
  showRun();
  waiting ??= setTimeout(async () => {  // at most every two seconds, however fast steps are
    waiting = null;
    try { await refreshCurves(); await refreshStory(); showRun(); } catch (error) { complain(error); }
  }, 2000);
}

byId('smoothing').addEventListener('input', drawCharts);
byId('log').addEventListener('change', drawCharts);
byId('when').addEventListener('input', () => { follows = byId('when').value === byId('when').max; showSheet().catch(complain); });
document.addEventListener('visibilitychange', () => { if (chosen != null && !document.hidden) refreshCurves().catch(complain); });
listen(hear);
begin().catch(complain);
