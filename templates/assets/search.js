/* Looks through the bundle's index in the browser. Nothing that is typed leaves it; the address holds it as #q=. */
(() => {
  'use strict';
  const app = document.getElementById('search');
  const words = app.dataset;
  const lang = document.documentElement.lang || 'en';
  const [query, results, told] = ['query', 'results', 'search-told'].map((id) => document.getElementById(id));
  const FEW = 8;
  const MANY = 200;
  let kinds = [];

  const say = (text, ...values) => values.reduce((text, value, at) => text.replaceAll(`%${at + 1}`, value), text);
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const number = (value) => value.toLocaleString(lang);
  // Accents, case and width make no difference.
  const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const tokens = (text) => fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  // anvilTools and anvil_tools begin with anvil, and have a word that begins with tools.
  const hay = (text) => ` ${tokens(text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')).join(' ')} ${tokens(text).join('')}`;

  function read(index) {
    const repositories = [];
    const owners = index.owners.map(([owner, all], at) => {
      for (const [name, about, stem] of all) {
        repositories.push({ label: `${owner}/${name}`, detail: about, href: index.linked && `repositories/${stem ?? `${owner}/${name}`}.html` });
      }
      return { label: owner, detail: say(words.allOf, number(all.length)), href: index.organisations[at] ?? (index.explore ? `explore.html#r=${owner}/*` : 'repositories.html') };
    });
    const kind = (title, all) => ({ title, all: all.map((entry) => ({ ...entry, hay: hay(`${entry.label} ${entry.detail ?? ''}`), head: fold(entry.label) })) });
    kinds = [
      kind(words.repositories, repositories.map((one) => ({ ...one, href: one.href || 'repositories.html' }))),
      kind(words.owners, owners),
      kind(words.pages, index.pages.map(([label, href]) => ({ label, href }))),
      kind(words.referrers, index.referrers.map(([label, views, count, at]) => ({
        label,
        detail: say(words.sent, number(views), count > 1 ? say(words.allOf, number(count)) : repositories[at].label),
        href: index.listed.referrers ? 'referrers.html' : repositories[at].href || 'repositories.html',
      }))),
      kind(words.paths, index.paths.map(([at, path, title]) => {
        const label = path[0] === ' ' ? path.slice(1) : `/${repositories[at].label}${path}`;
        return { label, detail: title, href: index.listed.paths ? 'paths.html' : repositories[at].href || 'repositories.html' };
      })),
    ];
  }

  // Every word must be the beginning of one; where words are not set apart by spaces, a part of one.
  const matches = (wanted) => ({ hay }) => wanted.every((word) => hay.includes(` ${word}`) || (/[^\u0000-\u024f]/.test(word) && hay.includes(word)));

  function rank(entry, text) {
    const name = entry.head.split('/').pop();
    return entry.head === text || name === text ? 0 : name.startsWith(text) ? 1 : entry.head.startsWith(text) ? 2 : 3;
  }

  function section({ title }, found, most) {
    const item = ({ label, detail, href }) => make('li', {},
      make('a', { href }, make('span', { className: 'what', textContent: label })),
      ...(detail ? [make('span', { className: 'detail', textContent: detail })] : []));
    const list = make('ul', { className: 'found' }, ...found.slice(0, most).map(item));
    const part = make('section', { className: 'sheet' },
      make('div', { className: 'head' }, make('h2', { textContent: title }), make('p', { textContent: number(found.length) })), list);
    if (found.length > most) {
      const shown = Math.min(found.length, MANY);
      const more = make('button', { type: 'button', className: 'button quiet', textContent: say(words.more, number(shown)) });
      more.onclick = () => {
        list.replaceChildren(...found.slice(0, MANY).map(item));
        more.remove();
        list.querySelectorAll('a')[most]?.focus();
      };
      part.append(more);
    }
    return part;
  }

  function look() {
    const wanted = tokens(query.value);
    const text = fold(query.value.trim());
    if (!wanted.length) {
      results.replaceChildren();
      told.textContent = '';
      return;
    }
    let count = 0;
    const parts = [];
    for (const kind of kinds) {
      const found = kind.all.filter(matches(wanted)).map((entry, at) => [rank(entry, text), at, entry]);
      found.sort(([a, first], [b, second]) => a - b || first - second);
      count += found.length;
      if (found.length) parts.push(section(kind, found.map(([, , entry]) => entry), FEW));
    }
    results.replaceChildren(...parts);
    told.textContent = count ? say(words.found, number(count)) : say(words.none, query.value.trim());
  }

  function fromAddress() {
    const asked = new URLSearchParams(location.hash.slice(1)).get('q') ?? new URLSearchParams(location.search).get('q');
    if (asked !== null && asked !== query.value) query.value = asked;
    look();
  }

  function arrows(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    const stops = [query, ...results.querySelectorAll('a')];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (!next) return;
    next.focus();
    event.preventDefault();
  }

  let waiting;
  query.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      history.replaceState(null, '', `#q=${encodeURIComponent(query.value)}`);
      look();
    }, 60);
  });
  app.addEventListener('keydown', arrows);
  app.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    look();
    results.querySelector('a')?.click();
  });
  addEventListener('hashchange', fromAddress);

  // A page opened from a disk may not fetch: the index is a script that calls this.
  window.tollgate = read;
  const index = make('script', { src: words.index });
  index.onload = () => {
    document.getElementById('search-off').remove();
    app.hidden = false;
    fromAddress();
    query.focus();
  };
  index.onerror = () => { document.getElementById('search-off').textContent = words.failed; };
  document.head.append(index);
})();
