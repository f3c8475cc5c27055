/* Charts of the page to explore as lists of shapes. The chart on the page, the SVG and the PNG are made of the same
   list, and no picture has to be loaded for any of them. */
window.tollgateDraw = (() => {
  'use strict';
  const HEIGHT = 300;
  // Series differ by dash as well as by colour.
  const DASHES = ['', '7 3', '2 3', '10 3 2 3', '4 4', '1 5'];
  const SPACE = 'http://www.w3.org/2000/svg';
  const fixed = (value) => Math.round(value * 10) / 10;
  const measure = document.createElement('canvas').getContext('2d');

  function textWidth(text, size, font) {
    measure.font = `${size}px ${font}`;
    return measure.measureText(text).width;
  }

  // A round upper end with two to four steps below it.
  function scale(most) {
    for (let unit = 1; ; unit *= 10) {
      for (const step of [unit, 2 * unit, 5 * unit]) {
        const steps = Math.max(2, Math.ceil(most / step));
        if (steps <= 4) return { top: step * steps, step };
      }
    }
  }

  const box = (x, y, width, height) => `M${fixed(x)} ${fixed(y)}h${fixed(width)}v${fixed(height)}h${fixed(-width)}z`;

  // Lines at 45 degrees across a box.
  function hatching(x, y, width, height) {
    let path = '';
    for (let k = Math.ceil((x - height) / 7) * 7; k < x + width; k += 7) {
      const [from, to] = [Math.max(0, x - k), Math.min(height, x + width - k)];
      if (to > from) path += `M${fixed(k + from)} ${fixed(y + height - from)}L${fixed(k + to)} ${fixed(y + height - to)}`;
    }
    return path;
  }

  // The names of the series in rows, each with a piece of its line.
  function legend(told, shapes, y) {
    const { series, colour, font, width } = told;
    let [x, row] = [0, y];
    series.forEach(({ label }, n) => {
      let name = label;
      while (name.length > 4 && textWidth(name, 13, font) > width - 40) name = `${name.slice(0, -2).replace(/…$/, '')}…`;
      const wide = textWidth(name, 13, font) + 34 + 20;
      if (x && x + wide - 20 > width) [x, row] = [0, row + 20];
      const c = colour(`s${n + 1}`);
      if (told.chart === 'bar') shapes.push({ path: box(x, row + 3, 12, 12), fill: c });
      else shapes.push({ path: `M${fixed(x)} ${row + 9}h26`, stroke: c, width: 2.5, dash: DASHES[n] });
      shapes.push({ text: name, x: x + (told.chart === 'bar' ? 18 : 33), y: row + 13, size: 13, fill: colour('ink') });
      x += wide;
    });
    return row + 20;
  }

  function frame(told, shapes) {
    const { colour, title, width, font } = told;
    let y = 0;
    if (told.whole) {
      let size = 16;
      while (size > 9 && textWidth(title, size, font) > width) size -= 1;
      shapes.push({ text: title, x: 0, y: 18, size, weight: 600, fill: colour('ink') });
      y = 34;
    }
    return y;
  }

  function periods(told) {
    const { series, rows, colour, short, font, width, chart } = told;
    const shapes = [];
    let top = frame(told, shapes);
    if (series.length > 1) top = legend(told, shapes, top) + 6;
    top += 10;
    const stacked = (row) => row.values.reduce((sum, { value, drawn }) => sum + (drawn ? value : 0), 0);
    const single = rows.flatMap((row) => row.values.filter(({ drawn }) => drawn).map(({ value }) => value));
    const most = chart === 'bar' ? Math.max(1, ...rows.map(stacked)) : single.reduce((a, b) => Math.max(a, b), 1);
    const { top: upper, step } = scale(most);
    const marks = Array.from({ length: upper / step + 1 }, (_, n) => n * step);
    const left = Math.ceil(Math.max(...marks.map((mark) => textWidth(short(mark), 12, font)))) + 10;
    const right = 4;
    const wide = (width - left - right) / rows.length;
    const bottom = top + HEIGHT;
    const x = (n) => left + (n + 0.5) * wide;
    const y = (value) => bottom - (value / upper) * HEIGHT;

    // Behind everything: what is not known of any series, what is still rising, what is cut.
    rows.forEach((row, n) => {
      const from = left + n * wide;
      if (row.values.every(({ drawn }) => !drawn)) shapes.push({ path: hatching(from, top, wide, HEIGHT), stroke: colour('faint'), width: 1, opacity: 0.6 });
      else if (row.values.some(({ notes }) => notes.includes('rising') || notes.includes('partial'))) shapes.push({ path: box(from, top, wide, HEIGHT), fill: colour('faint'), opacity: 0.16 });
    });
    for (const mark of marks) {
      shapes.push({ path: `M${left} ${fixed(y(mark))}H${width - right}`, stroke: colour(mark ? 'rule' : 'rule-strong'), width: 1 });
      shapes.push({ text: short(mark), x: left - 8, y: y(mark) + 4, size: 12, anchor: 'end', fill: colour('soft') });
    }
    ticks(told, shapes, { x, bottom, left });
    if (chart === 'bar') bars(told, shapes, { x, y, wide });
    else series.forEach((_, n) => line(told, shapes, n, { x, y, bottom }));
    return { shapes, left, right, width, height: bottom + 28 };
  }

  // As many dates below the chart as there is room for, and none twice in a row.
  function ticks({ rows, width, font, colour }, shapes, { x, bottom, left }) {
    const room = Math.max(...rows.map(({ tick }) => textWidth(tick, 12, font))) + 24;
    const every = Math.max(1, Math.ceil(rows.length / Math.max(1, Math.floor((width - left) / room))));
    let before = '';
    for (let n = Math.floor((every - 1) / 2); n < rows.length; n += every) {
      const { tick } = rows[n];
      if (tick === before) continue;
      before = tick;
      const half = textWidth(tick, 12, font) / 2;
      shapes.push({ path: `M${fixed(x(n))} ${bottom}v5`, stroke: colour('rule-strong'), width: 1 });
      shapes.push({ text: tick, x: Math.min(Math.max(x(n), left + half), width - half), y: bottom + 20, size: 12, anchor: 'middle', fill: colour('soft') });
    }
  }

  function bars({ rows, colour, series }, shapes, { x, y, wide }) {
    const width = Math.max(1, Math.min(wide * 0.78, 48));
    const paths = series.map(() => '');
    rows.forEach((row, at) => {
      let sum = 0;
      row.values.forEach(({ value, drawn }, n) => {
        if (!drawn || !value) return;
        const [low, high] = [y(sum), y(sum + value)];
        paths[n] += box(x(at) - width / 2, high, width, low - high);
        sum += value;
      });
    });
    paths.forEach((path, n) => shapes.push({ path, fill: colour(`s${n + 1}`), stroke: colour('sheet'), width: 0.5 }));
  }

  // A line that is broken where a value is missing, with the surface below it if that is wanted.
  function line({ rows, colour, chart }, shapes, n, { x, y, bottom }) {
    const runs = [];
    rows.forEach((row, at) => {
      const { value, drawn } = row.values[n];
      if (!drawn) return;
      const run = runs.at(-1);
      if (run?.at(-1)[0] === at - 1) run.push([at, value]);
      else runs.push([[at, value]]);
    });
    const along = (run) => run.map(([at, value]) => `${fixed(x(at))} ${fixed(y(value))}`).join('L');
    const c = colour(`s${n + 1}`);
    if (chart === 'area') {
      const area = runs.filter((run) => run.length > 1).map((run) => `M${along(run)}V${bottom}H${fixed(x(run[0][0]))}z`).join('');
      shapes.push({ path: area, fill: c, opacity: 0.14 });
    }
    shapes.push({ path: runs.map((run) => `M${along(run)}${run.length === 1 ? 'h0' : ''}`).join(''), stroke: c, width: 2, dash: DASHES[n] });
  }

  // One bar for each row, its name above it, so that long names have room on a phone.
  function categories(told) {
    const { rows, colour, width, number, words, font } = told;
    const shapes = [];
    let top = frame(told, shapes);
    const some = rows.slice(0, 20);
    const most = Math.max(1, ...some.map(({ values: [{ value }] }) => value ?? 0));
    for (const { label, values: [{ value, notes }] } of some) {
      const text = value === null ? words.unknown : `${notes.includes('least') ? '≥ ' : ''}${number(value)}`;
      let name = label;
      while (name.length > 4 && textWidth(name, 13, font) > width - textWidth(text, 13, font) - 24) name = `${name.slice(0, -2).replace(/…$/, '')}…`;
      shapes.push({ text: name, x: 0, y: top + 13, size: 13, fill: colour('ink') });
      shapes.push({ text, x: width, y: top + 13, size: 13, anchor: 'end', weight: 600, fill: colour('ink') });
      shapes.push({ path: box(0, top + 19, width, 8), fill: colour('sunken') });
      if (value === null) shapes.push({ path: hatching(0, top + 19, width, 8), stroke: colour('faint'), width: 1 });
      else if (value) shapes.push({ path: box(0, top + 19, Math.max(2, (value / most) * width), 8), fill: colour('s1') });
      top += 40;
    }
    return { shapes, left: 0, right: 0, width, height: top };
  }

  function scene(told) {
    const picture = told.category ? categories(told) : periods(told);
    return { ...picture, margin: told.whole ? 24 : 0, ground: told.whole ? told.colour('sheet') : null, font: told.font };
  }

  function svg({ shapes, width, height, margin, ground, font }) {
    const make = (name, attributes) => {
      const element = document.createElementNS(SPACE, name);
      for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== '') element.setAttribute(key, value);
      return element;
    };
    const [w, h] = [width + 2 * margin, height + 2 * margin];
    const root = make('svg', { viewBox: `${-margin} ${-margin} ${w} ${h}`, width: w, height: h, 'font-family': font });
    if (ground) root.append(make('path', { d: box(-margin, -margin, w, h), fill: ground }));
    for (const shape of shapes) {
      if (shape.text === undefined) {
        root.append(make('path', {
          d: shape.path, fill: shape.fill ?? 'none', stroke: shape.stroke, 'stroke-width': shape.width, 'stroke-dasharray': shape.dash,
          'stroke-linejoin': shape.stroke && 'round', 'stroke-linecap': shape.stroke && 'round', opacity: shape.opacity,
        }));
      } else {
        const text = make('text', { x: fixed(shape.x), y: fixed(shape.y), 'font-size': shape.size, 'font-weight': shape.weight, 'text-anchor': shape.anchor, fill: shape.fill });
        text.textContent = shape.text;
        root.append(text);
      }
    }
    return root;
  }

  function canvas({ shapes, width, height, margin, ground, font }, times) {
    const canvas = document.createElement('canvas');
    canvas.width = (width + 2 * margin) * times;
    canvas.height = (height + 2 * margin) * times;
    const to = canvas.getContext('2d');
    to.scale(times, times);
    if (ground) {
      to.fillStyle = ground;
      to.fillRect(0, 0, width + 2 * margin, height + 2 * margin);
    }
    to.translate(margin, margin);
    to.lineJoin = to.lineCap = 'round';
    for (const shape of shapes) {
      to.globalAlpha = shape.opacity ?? 1;
      if (shape.fill) to.fillStyle = shape.fill;
      if (shape.text !== undefined) {
        to.font = `${shape.weight ?? 400} ${shape.size}px ${font}`;
        to.textAlign = { middle: 'center', end: 'right' }[shape.anchor] ?? 'left';
        to.fillText(shape.text, shape.x, shape.y);
        continue;
      }
      const path = new Path2D(shape.path);
      if (shape.fill) to.fill(path);
      if (shape.stroke) {
        to.strokeStyle = shape.stroke;
        to.lineWidth = shape.width;
        to.setLineDash(shape.dash ? shape.dash.split(' ').map(Number) : []);
        to.stroke(path);
      }
    }
    return canvas;
  }

  return { scene, svg, canvas };
})();
