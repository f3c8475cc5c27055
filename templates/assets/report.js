/* Adds to pages that read without it: a crosshair on charts, sorting and filtering of tables, a choice of range.
   Texts come in the site's language from the element that loads it. Nothing is fetched and nothing is kept. */
(() => {
  'use strict';
  const words = document.currentScript.dataset;
  const lang = document.documentElement.lang || 'en';
  const say = (text, ...values) => values.reduce((text, value, at) => text.replaceAll(`%${at + 1}`, value), text || '');
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const number = (value) => value.toLocaleString(lang);

  // ── Charts: `figure.chart` with a `.plot svg` and a table whose rows are newest first ──

  // What the table says of each point, oldest first: [period, [series, value], …, note].
  function points(figure) {
    const table = figure.querySelector('details table');
    if (!table?.tHead?.rows.length) return [];
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const point = (row) => [...row.cells].map((cell, at) => [at ? heads[at] : '', cell.textContent.trim()]);
    return [...table.tBodies[0].rows].map(point).reverse();
  }

  function crosshair(figure) {
    const svg = figure.querySelector('.plot svg');
    const all = svg ? points(figure) : [];
    if (all.length < 2) return;
    figure.querySelector('.over')?.remove();
    const line = make('div', { className: 'hair', hidden: true });
    const tip = make('output', { className: 'tip', hidden: true });
    const over = make('div', { className: 'over' }, line, tip);
    svg.parentElement.append(over);
    const [left = 0, right = 0] = (figure.dataset.inset || '').split(',').map(Number);
    over.style.marginLeft = `${left}px`;
    over.style.marginRight = `${right}px`;
    figure.tabIndex = 0;
    // Bars stand in the middle of their step, points of a line at its ends.
    const middle = figure.classList.contains('bars') || figure.dataset.at === 'middle';
    let at = -1;
    const window = () => figure.shown || [0, all.length - 1];

    function show(point) {
      const [first, last] = window();
      at = Math.min(Math.max(point, first), last);
      const part = middle ? (at - first + 0.5) / (last - first + 1) : (at - first) / (last - first || 1);
      line.style.left = `${part * 100}%`;
      tip.style.left = `${part * 100}%`;
      // On the side where there is room.
      tip.classList.toggle('before', part > 0.5);
      const [[, when], ...rest] = all[at];
      const told = rest.filter(([, value]) => value).map(([name, value]) =>
        make('span', {}, ...(name && value.length < 24 ? [make('b', { textContent: value }), ` ${name}`] : [value]), ' '));
      tip.replaceChildren(make('span', { className: 'when', textContent: when }), ' ', ...told);
      line.hidden = tip.hidden = false;
    }
    function hide() {
      line.hidden = tip.hidden = true;
      at = -1;
    }
    function follow({ clientX }) {
      const { left, width } = over.getBoundingClientRect();
      const [first, last] = window();
      const part = (clientX - left) / width;
      show(first + (middle ? Math.floor(part * (last - first + 1)) : Math.round(part * (last - first))));
    }
    over.addEventListener('pointermove', follow);
    over.addEventListener('pointerdown', follow);
    over.addEventListener('pointerleave', ({ pointerType }) => pointerType === 'mouse' && document.activeElement !== figure && hide());
    figure.onblur = hide;
    figure.onkeydown = (event) => {
      if (event.target !== figure || event.ctrlKey || event.altKey || event.metaKey) return;
      const [first, last] = window();
      const far = Math.max(1, Math.round((last - first) / 10));
      const from = at < 0 ? last + 1 : at;
      const moves = { ArrowLeft: from - 1, ArrowRight: at < 0 ? first : at + 1, PageUp: from - far, PageDown: from + far, Home: first, End: last };
      if (event.key in moves) show(moves[event.key]);
      else if (event.key === 'Escape') hide();
      else return;
      event.preventDefault();
    };
    figure.hide = hide;
  }

  // ── Range: the drawn chart is cut, its values stay where they are ──

  function ranges(figure) {
    const svg = figure.querySelector('.plot svg');
    const each = { day: 1, week: 7, month: 30.44 }[(svg || figure).dataset.step];
    const all = points(figure);
    const fits = [['range13', 91], ['range26', 182], ['rangeYear', 364]].filter(([, days]) => each && days / each < all.length * 0.8 && days / each >= 3);
    const labels = figure.querySelector('.axis.x');
    if (!svg || !labels || !fits.length) return;
    const steps = (n) => figure.classList.contains('bars') ? n + 1 : n;
    const whole = labels.innerHTML;
    const buttons = [...fits, ['rangeAll', Infinity]].map(([word, days]) => make('button', {
      type: 'button',
      textContent: words[word],
      ariaPressed: days === Infinity,
      onclick: (event) => {
        const first = days === Infinity ? 0 : Math.max(0, Math.round(all.length - days / each));
        const last = all.length - 1;
        // Drawn as much wider as is cut off on the left; the labels of values stay as they are.
        const cut = first / steps(last);
        svg.style.width = `${100 / (1 - cut)}%`;
        svg.style.marginLeft = `${-100 * cut / (1 - cut)}%`;
        svg.style.clipPath = cut ? `inset(-4px -4px -4px ${100 * cut}%)` : '';
        figure.shown = [first, last];
        if (first) {
          const marks = Math.min(5, last - first + 1);
          const label = (_, n) => make('li', { textContent: all[Math.round(first + (last - first) * n / (marks - 1))][0][1].split(', ').pop() });
          labels.replaceChildren(...Array.from({ length: marks }, label));
        } else labels.innerHTML = whole;
        buttons.forEach((button) => { button.ariaPressed = button === event.target; });
        figure.hide?.();
      },
    }));
    const group = make('div', { className: 'ranges', role: 'group', ariaLabel: words.range }, ...buttons);
    figure.querySelector('.plot').before(group);
  }

  // ── Tables ──

  const parts = new Intl.NumberFormat(lang).formatToParts(12345.6);
  const decimal = parts.find(({ type }) => type === 'decimal').value;
  const collator = new Intl.Collator(lang, { numeric: true, sensitivity: 'base' });

  // A number where the text is one in the site's language: without separators, marks and units.
  function value(cell) {
    const given = cell?.dataset.sort;
    if (given !== undefined) return given && !isNaN(given) ? Number(given) : given || null;
    const seen = cell?.cloneNode(true);
    seen?.querySelectorAll('.hidden').forEach((element) => element.remove());
    const text = seen?.textContent.trim() ?? '';
    if (/^[–-]?$/.test(text)) return null;
    const match = /^[▲▼≥≤\s]*(\d[\d.,\s\u00a0\u202f]*)[\s\p{L}%]*$/u.exec(text);
    if (!match) return text;
    const digits = [...match[1]].filter((c) => c === decimal || /\d/.test(c)).join('').replace(decimal, '.');
    return text.includes('▼') ? -Number(digits) : Number(digits);
  }

  function compare(a, b) {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return collator.compare(String(a), String(b));
  }

  function sortable(table) {
    // A table that another script fills later.
    if (!table.tHead?.rows.length) return;
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    heads.forEach((head, column) => {
      if (!head.textContent.trim() || 'nosort' in head.dataset || head.querySelector('button')) return;
      const button = make('button', { type: 'button', className: 'sort', title: words.sort }, ...head.childNodes);
      head.append(button);
      button.onclick = () => {
        const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
        const numbers = rows.some(([value]) => typeof value === 'number');
        const now = head.ariaSort;
        // Numbers begin with the largest, texts with A; the unknown is last either way.
        const down = now ? now === 'ascending' : numbers;
        rows.sort(([a], [b]) => (a === null) - (b === null) || (a === null ? 0 : (down ? compare(b, a) : compare(a, b))));
        body.append(...rows.map(([, row]) => row));
        heads.forEach((other) => other.removeAttribute('aria-sort'));
        head.ariaSort = down ? 'descending' : 'ascending';
      };
    });
    if (body.rows.length > 20 || 'filter' in table.dataset) filter(table, body);
  }

  const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

  function filter(table, body) {
    const told = make('output', {});
    const input = make('input', { type: 'search', autocomplete: 'off', spellcheck: false });
    input.oninput = () => {
      const wanted = folded(input.value).split(/\s+/).filter(Boolean);
      let left = 0;
      for (const row of body.rows) {
        const text = (row.folded ??= folded(row.textContent));
        row.hidden = !wanted.every((word) => text.includes(word));
        left += !row.hidden;
      }
      told.textContent = wanted.length ? say(words.filtered, number(left), number(body.rows.length)) : '';
    };
    const label = make('label', {}, make('span', { textContent: words.filter }), input);
    (table.closest('.scroll') ?? table).before(make('p', { className: 'filter' }, label, told));
  }

  const charts = (root) => root.querySelectorAll('figure.chart').forEach((figure) => {
    crosshair(figure);
    ranges(figure);
  });
  charts(document);
  document.querySelectorAll('table.sortable').forEach(sortable);
  // Another script has drawn a chart or a table.
  document.addEventListener('tollgate:drawn', ({ target }) => {
    target.querySelectorAll('figure.chart').forEach(crosshair);
    target.querySelectorAll('table.sortable').forEach(sortable);
  });
})();
