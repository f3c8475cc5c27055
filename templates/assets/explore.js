/* The page to explore: what is chosen stands in the address, and figures come from files of the bundle. The address
   and the files are described in src/report/view/explore.rs. */
(() => {
  'use strict';
  const app = document.getElementById('explore');
  const words = app.dataset;
  const lang = document.documentElement.lang || 'en';
  const at = (id) => document.getElementById(id);
  const controls = at('controls');
  const MOST = 100;
  const LINES = 6;
  const LISTED = 60;
  const DAY = 864e5;

  const say = (text, ...values) => values.reduce((text, value, n) => text.replaceAll(`%${n + 1}`, value), text);
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const number = (value) => value.toLocaleString(lang);
  const short = new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 });
  // The pages write days before months, and thousands with a small letter.
  const dated = (options) => {
    const format = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { timeZone: 'UTC', ...options });
    return (day) => format.format(new Date(day * DAY));
  };
  const longDay = dated({ day: 'numeric', month: 'short', year: 'numeric' });
  const shortDay = dated({ day: 'numeric', month: 'short' });
  const month = dated({ month: 'long', year: 'numeric' });
  const shortMonth = dated({ month: 'short', year: 'numeric' });
  const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const parsed = (text) => (/^\d{4}-\d\d-\d\d$/.test(text ?? '') && !isNaN(Date.parse(text)) ? Date.parse(text) / DAY : null);
  const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

  // ── What there is, and what is chosen ──

  const USUAL = { m: 'views', by: 'week', split: 'repository', chart: 'line' };
  const known = { repos: new Map(), owners: new Map(), first: 0, last: 0, settled: 0 };
  const state = { r: [], last: '182', from: 0, to: 0, ...USUAL };
  let ignored = [];

  function index({ first, last, settled, owners }) {
    Object.assign(known, { first, last, settled: settled ?? 0 });
    for (const [owner, all] of owners) {
      for (const [name, views, stem] of all) {
        const full = `${owner}/${name}`;
        // Of two that share a name the one that has it now comes with no address of its own.
        if (known.repos.has(full) && stem) continue;
        known.repos.set(full, { name: full, owner, views: views ?? -1, stem: stem ?? full });
      }
      known.owners.set(owner, [...known.owners.get(owner) ?? [], ...all]);
    }
  }

  const byViews = (a, b) => b.views - a.views || (a.name < b.name ? -1 : 1);

  // The repositories that the choice means, those with most views first.
  function meant() {
    const all = new Set();
    for (const item of state.r) {
      for (const repo of known.repos.values()) if (item === '*' || item === repo.name || item === `${repo.owner}/*`) all.add(repo);
    }
    return [...all].sort(byViews);
  }

  const isKnown = (item) => item === '*' || known.repos.has(item) || (item.endsWith('/*') && known.owners.has(item.slice(0, -2)));

  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    const names = (given.get('r') ?? '').split(',').map((name) => name.trim()).filter(Boolean);
    // Names differ by more than case, and people type them.
    const spelt = new Map([...known.repos.keys(), ...[...known.owners.keys()].map((owner) => `${owner}/*`), '*'].map((name) => [name.toLowerCase(), name]));
    const chosen = [...new Set(names.map((name) => spelt.get(name.toLowerCase()) ?? name))];
    ignored = chosen.filter((name) => !isKnown(name));
    state.r = chosen.filter(isKnown);
    if (!given.has('r')) state.r = [...known.repos.values()].sort(byViews).slice(0, 5).map(({ name }) => name);
    for (const [name, usual] of Object.entries(USUAL)) {
      const values = [...controls.elements[name].options].map(({ value }) => value);
      state[name] = values.includes(given.get(name)) ? given.get(name) : usual;
    }
    const [from, to] = [parsed(given.get('from')), parsed(given.get('to'))];
    const last = given.get('last');
    state.last = /^[1-9]\d{0,4}$/.test(last ?? '') || last === 'all' ? last : from !== null && to !== null && from <= to ? 'own' : '182';
    if (state.last === 'own') Object.assign(state, { from, to });
    else count();
  }

  // The days that `last` means.
  function count() {
    state.to = known.last;
    state.from = state.last === 'all' ? known.first : Math.max(known.first, known.last - Number(state.last) + 1);
  }

  function writeAddress() {
    const range = state.last === 'own' ? `from=${iso(state.from)}&to=${iso(state.to)}` : `last=${state.last}`;
    const rest = ['by', 'split', 'chart'].map((name) => `&${name}=${state[name]}`).join('');
    const address = `#r=${state.r.join(',')}&m=${state.m}&${range}${rest}`;
    if (location.hash !== address) history.replaceState(null, '', address);
  }

  // ── Figures: each repository's file is a script that calls `tollgate` ──

  const files = new Map();
  let arrived;
  function load(src) {
    if (!files.has(src)) {
      files.set(src, new Promise((resolve) => {
        const script = make('script', { src });
        // The call of a script comes just before its load event.
        script.onload = () => { resolve(arrived); arrived = undefined; script.remove(); };
        script.onerror = () => { files.delete(src); resolve(null); script.remove(); };
        document.head.append(script);
      }));
    }
    return files.get(src);
  }

  // `least` are the places of days whose figure is a lower bound.
  function arrive(data) {
    if (data.owners) index(data);
    else arrived = { ...data, unsure: new Set(data.least) };
  }

  const isCounter = () => ['stars', 'forks', 'downloads'].includes(state.m);
  const isUnique = () => ['visitors', 'cloners'].includes(state.m);

  // Of some days: what is known, of how many days nothing is, and whether they are at rest. Days before a repository's
  // history begins, or after it ended, are no part of it.
  function flow(data, from, to) {
    const values = data[state.m];
    const end = data.first + values.length - 1;
    const sum = { value: 0, days: 0, missing: 0, rising: false };
    for (let day = Math.max(from, data.first); day <= Math.min(to, end); day += 1) {
      const value = values[day - data.first];
      if (value === null) sum.missing += day <= data.settled;
      else {
        sum.value += value;
        sum.days += 1;
        sum.missing += data.unsure.has(day - data.first);
      }
      sum.rising ||= day > data.settled;
    }
    return sum;
  }

  // A counter as it stood on a day: read then or at most two weeks before, or the same before and after.
  function stock(data, day) {
    const read = data[state.m];
    let low = 0;
    for (let high = read.length; low < high;) {
      const middle = (low + high) >> 1;
      if (read[middle][0] <= day) low = middle + 1;
      else high = middle;
    }
    if (!low) return { value: 0, days: 0, missing: 0, rising: false };
    const [when, value] = read[low - 1];
    const sure = day - when <= 14 || read[low]?.[1] === value;
    return sure ? { value, days: 1, missing: 0, rising: false } : { value: 0, days: 0, missing: 1, rising: false };
  }

  // Several repositories over a period, with what is not known of it kept in sight. A period that is not over yet
  // counts to the end of the range.
  function figure(group, from, to, whole) {
    const sum = { value: 0, days: 0, missing: 0, rising: false };
    for (const data of group) {
      const one = isCounter() ? stock(data, to) : flow(data, from, to);
      sum.value += one.value;
      sum.days += one.days;
      sum.missing += one.missing;
      sum.rising ||= one.rising;
    }
    const notes = [sum.missing && sum.days && 'least', sum.rising && 'rising', !whole && !isCounter() && 'partial'].filter(Boolean);
    // Where little is missing the lower bound is drawn; more would look like a fall.
    return { value: sum.days ? sum.value : null, notes, drawn: sum.days > 0 && sum.missing * 10 <= sum.days + sum.missing };
  }

  const weekday = (day) => (day + 3) % 7;
  function weekName(day) {
    const thursday = day - weekday(day) + 3;
    const year = new Date(thursday * DAY).getUTCFullYear();
    const week = Math.floor((thursday - Date.UTC(year, 0, 1) / DAY) / 7) + 1;
    return `${year}-W${String(week).padStart(2, '0')}`;
  }

  function periods() {
    const all = [];
    for (let day = state.from; day <= state.to;) {
      let [first, last, label, tick] = [day, day, longDay(day), shortDay(day)];
      if (state.by === 'week') {
        first = day - weekday(day);
        last = first + 6;
        label = say(words.weekOf, weekName(first), longDay(first));
        tick = shortDay(first);
      } else if (state.by === 'month') {
        const date = new Date(day * DAY);
        first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY;
        last = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY - 1;
        label = month(first);
        tick = shortMonth(first);
      }
      if (state.to - state.from > 400) tick = shortMonth(first);
      const [from, to] = [Math.max(first, state.from), Math.min(last, state.to)];
      all.push({ from, to, label, tick, whole: from === first && to === last });
      day = last + 1;
    }
    return all;
  }

  const isCategory = () => state.by === 'owner' || state.by === 'repository';

  function grouped(sets, how) {
    if (how === 'none') return sets.length ? [{ label: sets.length === 1 ? sets[0].repo.name : say(words.several, number(sets.length)), sets }] : [];
    const groups = new Map();
    for (const set of sets) {
      const label = how === 'owner' ? set.repo.owner : set.repo.name;
      groups.set(label, [...groups.get(label) ?? [], set]);
    }
    return [...groups].map(([label, sets]) => ({ label, sets }));
  }

  // What is shown: rows with a value for each series. Of more series than can be told apart the smallest are one.
  function view(sets) {
    const data = (group) => group.sets.map((set) => set.data);
    if (isCategory()) {
      const rows = grouped(sets, state.by).map((group) => ({ label: group.label, values: [figure(data(group), state.from, state.to, true)] }));
      rows.sort((a, b) => (b.values[0].value ?? -1) - (a.values[0].value ?? -1));
      return { series: [{ label: words[state.m] }], rows };
    }
    let groups = grouped(sets, state.split);
    if (groups.length > LINES) {
      const total = (group) => figure(data(group), state.from, state.to, true).value ?? -1;
      groups = groups.map((group) => [total(group), group]).sort(([a], [b]) => b - a).map(([, group]) => group);
      const rest = groups.splice(LINES - 1);
      groups.push({ label: say(words.others, number(rest.length)), sets: rest.flatMap((group) => group.sets) });
    }
    const rows = periods().map((period) => ({ ...period, values: groups.map((group) => figure(data(group), period.from, period.to, period.whole)) }));
    return { series: groups.map(({ label }) => ({ label })), rows };
  }


  // ── What is shown ──

  let shown = null;

  // What the page says of a value, in words.
  const noted = ({ value, notes }) => (value === null ? words.unknown : notes.map((note) => words[note]).join('; '));
  const written = ({ value, notes }) => (value === null ? '–' : `${notes.includes('least') ? '≥ ' : ''}${number(value)}`);
  const range = () => `${longDay(state.from)} – ${longDay(state.to)}`;

  let turn = 0;
  async function show() {
    writeAddress();
    fill();
    const mine = turn += 1;
    const all = meant();
    const some = all.slice(0, MOST);
    at('caption').textContent = some.length ? words.loading : words.nothing;
    const loaded = await Promise.all(some.map((repo) => load(`explore/${repo.stem}.js`)));
    // Somebody chose something else in the meantime.
    if (mine !== turn) return;
    const sets = some.map((repo, n) => ({ repo, data: loaded[n] })).filter(({ data }) => data);
    const lost = some.filter((_, n) => !loaded[n]).map(({ name }) => name);
    const notices = [
      ignored.length && say(words.ignored, ignored.join(', ')),
      all.length > MOST && say(words.tooMany, number(MOST), number(all.length)),
      lost.length && say(words.failed, lost.join(', ')),
    ].filter(Boolean);
    at('notice').hidden = !notices.length;
    at('notice').textContent = notices.join(' ');
    shown = { ...view(sets), sets, total: figure(sets.map(({ data }) => data), state.from, state.to, true) };
    const nothing = !shown.rows.some(({ values }) => values.some(({ value }) => value !== null));
    const title = say(words.total, words[state.m], sets.length === 1 ? sets[0].repo.name : say(words.several, number(sets.length)), range(), written(shown.total));
    shown.title = title;
    at('caption').textContent = !some.length ? words.nothing : nothing ? words.empty : title;
    const added = isUnique() && !(state.by === 'day' && shown.series.length === sets.length);
    at('says').textContent = [added && words.sum, isCounter() && words.counter].filter(Boolean).join(' ');
    tabulate();
    draw();
    at('figure').parentElement.dispatchEvent(new CustomEvent('tollgate:drawn', { bubbles: true }));
    for (const id of ['csv', 'svg', 'png']) at(id).disabled = nothing;
  }

  const firstHead = () => words[state.by];
  const noteOf = (row) => (row.values.length > 1
    ? row.values.flatMap((value, n) => (noted(value) ? [`${shown.series[n].label}: ${noted(value)}`] : [])).filter((_, n, all) => n < 3 || all.length < 4)
    : [noted(row.values[0] ?? { value: null, notes: [] })]).filter(Boolean);

  // A note that is true of all series is said once.
  function note(row) {
    const each = new Set(row.values.map(noted));
    return each.size === 1 ? [...each][0] : noteOf(row).join(' · ');
  }

  function tabulate() {
    const head = (text, numeric) => make('th', { scope: 'col', className: numeric ? 'n' : '', textContent: text });
    const table = at('table');
    table.tHead.replaceChildren(make('tr', {}, head(firstHead()), ...shown.series.map(({ label }) => head(label, true)), head(words.note)));
    const rows = isCategory() ? shown.rows : [...shown.rows].reverse();
    const cell = (value) => {
      const cell = make('td', { className: 'n', textContent: written(value) });
      cell.dataset.sort = value.value ?? '';
      return cell;
    };
    table.tBodies[0].replaceChildren(...rows.map((row) => {
      const name = make('th', { scope: 'row', textContent: row.label });
      if (!isCategory()) name.dataset.sort = row.from;
      return make('tr', {}, name, ...row.values.map(cell), make('td', { className: 'soft', textContent: note(row) }));
    }));
  }

  const scene = (width, whole) => tollgateDraw.scene({
    ...shown, width, whole, chart: state.chart, category: isCategory(), counter: isCounter(), short: (value) => short.format(value), number, words,
    colour: (name) => getComputedStyle(app).getPropertyValue(`--${name}`).trim(),
    font: getComputedStyle(document.body).fontFamily,
  });

  function draw() {
    const plot = at('plot');
    if (!shown?.rows.length || !shown.series.length) return plot.replaceChildren();
    const picture = scene(Math.max(280, plot.clientWidth), false);
    const svg = tollgateDraw.svg(picture);
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', shown.title);
    plot.replaceChildren(svg);
    // A crosshair reads periods, and bars beside each other have none.
    at('figure').dataset.inset = `${picture.left},${picture.right}`;
    at('figure').classList.toggle('flat', isCategory());
  }

  // ── Choosing ──

  // Names as they are shown; an owner stands for all of theirs.
  function titled(item) {
    if (item === '*') return say(words.everything, number(known.repos.size));
    if (!item.endsWith('/*')) return item;
    const owner = item.slice(0, -2);
    return say(words.allOf, owner, number([...known.repos.values()].filter((repo) => repo.owner === owner).length));
  }

  function choose(item, on) {
    state.r = state.r.filter((other) => other !== item);
    if (on) state.r.push(item);
    ignored = [];
    show();
  }

  function fill() {
    for (const name of ['m', 'by', 'split', 'chart']) controls.elements[name].value = state[name];
    const { last, from, to, split, chart } = controls.elements;
    last.value = [...last.options].some(({ value }) => value === state.last) ? state.last : 'own';
    from.value = iso(state.from);
    to.value = iso(state.to);
    split.disabled = chart.disabled = isCategory();
    at('chosen').textContent = say(words.chosen, number(meant().length));
    at('chips').replaceChildren(...state.r.map((item) => {
      const remove = make('button', { type: 'button', textContent: '×', ariaLabel: say(words.remove, titled(item)) });
      remove.onclick = () => { choose(item, false); (at('chips').querySelector('button') ?? at('find')).focus(); };
      return make('li', {}, titled(item), remove);
    }));
    for (const box of at('list').querySelectorAll('input')) box.checked = state.r.includes(box.value);
  }

  function list() {
    const wanted = fold(at('find').value).split(/\s+/).filter(Boolean);
    const fits = (name) => wanted.every((word) => fold(name).includes(word));
    const owners = [...known.owners.keys()].filter(fits).map((owner) => `${owner}/*`);
    const repos = [...known.repos.values()].filter(({ name }) => fits(name)).sort(byViews).map(({ name }) => name);
    const all = [...(wanted.length ? [] : ['*']), ...owners.slice(0, LISTED / 3), ...repos];
    at('list').replaceChildren(at('list').firstElementChild, ...all.slice(0, LISTED).map((item) => {
      const box = make('input', { type: 'checkbox', value: item, checked: state.r.includes(item) });
      box.onchange = () => choose(item, box.checked);
      return make('label', { className: item.endsWith('*') ? 'group' : '' }, box, make('span', { textContent: titled(item) }));
    }));
    at('more').textContent = all.length > LISTED ? say(words.more, number(all.length - LISTED)) : '';
  }

  controls.addEventListener('change', ({ target }) => {
    const { name, value } = target;
    if (name === 'from' || name === 'to') {
      const day = parsed(value);
      if (day === null) return;
      Object.assign(state, { last: 'own', [name]: day });
      // The other end comes along.
      if (state.from > state.to) state[name === 'from' ? 'to' : 'from'] = day;
    } else {
      state[name] = value;
      if (name === 'last' && value !== 'own') count();
    }
    show();
  });
  controls.addEventListener('submit', (event) => event.preventDefault());
  at('find').addEventListener('input', list);

  // ── Taking it along ──

  function save(name, blob) {
    const href = URL.createObjectURL(blob);
    make('a', { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    at('told').textContent = say(words.saved, name);
  }

  const named = (kind) => `${state.m}-${iso(state.from)}-${iso(state.to)}.${kind}`;

  // Figures are plain, the unknown is empty, and no text can be taken for a formula.
  function csv() {
    const quoted = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
    const days = isCategory() ? [] : ['first_day', 'last_day'];
    const head = [...(isCategory() ? [state.by] : days), ...shown.series.map(({ label }) => label), 'note'];
    const row = (row) => [
      ...(isCategory() ? [quoted(row.label)] : [iso(row.from), iso(row.to)]),
      ...row.values.map(({ value }) => value ?? ''),
      quoted(note(row)),
    ];
    return [head.map(quoted), ...shown.rows.map(row)].map((cells) => `${cells.join(',')}\r\n`).join('');
  }

  at('csv').onclick = () => save(named('csv'), new Blob([csv()], { type: 'text/csv' }));
  at('svg').onclick = () => save(named('svg'), new Blob([new XMLSerializer().serializeToString(tollgateDraw.svg(scene(1120, true)))], { type: 'image/svg+xml' }));
  at('png').onclick = () => tollgateDraw.canvas(scene(1120, true), 2).toBlob((blob) => save(named('png'), blob), 'image/png');
  at('copy').onclick = async () => {
    // From a disk there may be no clipboard.
    await navigator.clipboard?.writeText(location.href).then(() => { at('told').textContent = words.copied; }, () => {});
  };

  // ── Beginning ──

  window.tollgate = arrive;
  load(words.index).then(() => {
    if (!known.owners.size) {
      at('explore-off').textContent = files.has(words.index) ? words.empty : say(words.failed, words.index);
      return;
    }
    at('explore-off').remove();
    app.hidden = false;
    const begin = () => {
      readAddress();
      list();
      show();
    };
    begin();
    addEventListener('hashchange', begin);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
    let width = 0;
    new ResizeObserver(() => {
      if (Math.abs(at('plot').clientWidth - width) < 2) return;
      width = at('plot').clientWidth;
      if (shown) {
        draw();
        at('figure').parentElement.dispatchEvent(new CustomEvent('tollgate:drawn', { bubbles: true }));
      }
    }).observe(at('plot'));
  });
})();
