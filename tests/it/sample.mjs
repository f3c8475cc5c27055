// Which pages of an unpacked bundle stand for all: whoever adds a page need not add it here.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

// Every file below a folder, as the bundle names it.
export function entries(folder) {
  const all = readdirSync(folder, { recursive: true }).map((name) => name.split(path.sep).join('/'));
  return all.filter((name) => statSync(path.join(folder, name)).isFile()).sort();
}

export const isPage = (name) => name.endsWith('.html') && !name.startsWith('edge/');

// Every page that is the only one of its kind, and of those in one folder the largest, the smallest and the one between.
export function sample(folder) {
  const kinds = new Map();
  for (const name of entries(folder).filter(isPage)) {
    const kind = name.includes('/') ? name.split('/')[0] : name;
    kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  }
  const size = (name) => statSync(path.join(folder, name)).size;
  return [...kinds.values()].flatMap((names) => {
    const ordered = names.sort((a, b) => size(b) - size(a));
    return [...new Set([ordered[0], ordered.at(-1), ordered[Math.floor(ordered.length / 2)]])];
  });
}
