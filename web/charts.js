// Line charts of curves that the server has reduced: means, with their lows and highs behind them.
/* global Dygraph */
import {make, short} from './site.js';

// Its legend writes styles into markup, which the page's policy forbids; ours is below each chart.
Dygraph.PLUGINS = Dygraph.PLUGINS.filter(plugin => plugin !== Dygraph.Plugins.Legend);

const colors = ['#1f77b4', '#d9600a', '#2a9134', '#c02942', '#8256b8', '#8c6239', '#c2418f', '#66707a', '#8a8a00', '#0f93a6'];

/** Curves {name, step, mean, low, high} as rows of one table, as dygraphs wants them. */
function rowsOf(curves) {
  const rows = new Map();
  curves.forEach((curve, k) => curve.step.forEach((step, i) => {
    if (!rows.has(step)) rows.set(step, [step, ...curves.map(() => [null, null, null])]);
    rows.get(step)[k + 1] = [curve.low[i], curve.mean[i], curve.high[i]];
  }));
  return [...rows.values()].sort((a, b) => a[0] - b[0]);
}

export class Chart {
  constructor(place, title) {
    this.legend = make('div', {class: 'legend'});
    this.plot = make('div', {class: 'chart', role: 'img'});
    this.title = title;
    place.append(make('figure', {}, make('figcaption', {}, title), this.plot, this.legend));
  }

  destroy() { this.graph?.destroy(); }

  /** how: {smoothing: stretches, isLog} */
  show(curves, how) {
    if (!curves.some(curve => curve.step.length)) return;
    this.curves = curves;
    const last = curves.map(curve => `${curve.name} ${short(curve.mean.at(-1))}`).join(', ');
    this.plot.setAttribute('aria-label', `${this.title} by step; last: ${last}`);
    const options = {
      file: rowsOf(curves), labels: ['step', ...curves.map(curve => curve.name)], rollPeriod: how.smoothing,
      drawPoints: curves.some(curve => curve.step.length < 3), pointSize: 3, xRangePad: 8,  // a line of one point is not seen
      logscale: how.isLog && curves.every(curve => curve.low.every(low => low > 0)),
    };
    if (this.graph) {
      this.graph.updateOptions(options);
    } else {
      this.graph = new Dygraph(this.plot, options.file, {
        ...options, customBars: true, connectSeparatedPoints: true, legend: 'never', colors, strokeWidth: 1.6, fillAlpha: .18,
        axisLineColor: '#8a93a3', gridLineColor: 'rgba(138, 147, 163, .3)', axisLabelFontSize: 12, axes: {y: {axisLabelFormatter: short, axisLabelWidth: 56}}, drawAxesAtZero: false,
        highlightCallback: (_, x, points) => this.tell(x, points), unhighlightCallback: () => this.tell(),
      });
    }
    this.tell();
  }

  /** What the curves are at a place, or at their end. */
  tell(x, points) {
    const items = this.curves.map((curve, k) => {
      const point = points?.find(p => p.name === curve.name);
      const value = points ? point?.yval : curve.mean.at(-1);
      const swatch = make('span', {class: 'swatch'});
      swatch.style.background = colors[k % colors.length];
      return make('span', {}, swatch, `${curve.name} ${value == null ? '' : short(value)}`);
    });
    if (x != null) items.push(make('span', {class: 'soft'}, `step ${x}`));
    this.legend.replaceChildren(...items);
  }
}
