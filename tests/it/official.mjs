// GitHub's official description of its API, between a client and a server or as the server itself.
//
//   node official.mjs '{"upstream": "http://127.0.0.1:4000"}'   a proxy: every answer of the upstream is held against
//                                                               the description, and 500 says where it differs
//   node official.mjs '{}'                                      a server that answers what the description gives as
//                                                               examples
//
// Prints {"address", "elsewhere"} when it listens. `elsewhere` is the address that the examples name as the next page:
// it stands for api.github.com, to which nothing may be sent. Then it answers each line on standard input with a line
// that tells the requests so far, {"here": […], "elsewhere": […]}, and ends with its standard input, so that it never
// outlives the test that started it.
import { createServer as createHttpServer } from 'node:http';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';

// What a collector asks for. The whole description has 811 paths and takes half a minute to start with.
const PATHS = [
  '/app/installations', '/app/installations/{installation_id}', '/app/installations/{installation_id}/access_tokens',
  '/installation/repositories', '/orgs/{org}/installation', '/users/{username}/installation',
  '/orgs/{org}/repos', '/user', '/user/repos', '/users/{username}/repos', '/rate_limit', '/repos/{owner}/{repo}',
  ...['languages', 'releases', 'stargazers/count', 'traffic/clones', 'traffic/views', 'traffic/popular/paths',
    'traffic/popular/referrers'].map((rest) => `/repos/{owner}/{repo}/${rest}`),
];
const DAY = 86_400_000;

const { upstream } = JSON.parse(process.argv[2]);
const requests = { here: [], elsewhere: [] };
const remember = (list, { method, url, headers }) => list.push({ method, path: url, authorization: headers.authorization ?? null });

const elsewhere = createHttpServer((request, response) => {
  remember(requests.elsewhere, request);
  response.setHeader('content-type', 'application/json').end('[]');
});
await new Promise((listening) => elsewhere.listen(0, '127.0.0.1', listening));
const other = `http://127.0.0.1:${elsewhere.address().port}`;

// The paths in use with everything that they refer to.
function cut(whole) {
  const description = { ...whole, paths: {}, components: {}, 'x-webhooks': undefined };
  const take = (value) => {
    if (value === null || typeof value !== 'object') return;
    if (typeof value.$ref === 'string') {
      const [, , kind, name] = value.$ref.split('/');
      description.components[kind] ??= {};
      if (description.components[kind][name]) return;
      description.components[kind][name] = whole.components[kind][name];
      take(whole.components[kind][name]);
    }
    Object.values(value).forEach(take);
  };
  for (const path of PATHS) {
    if (!whole.paths[path]) throw new Error(`the description has no ${path}`);
    description.paths[path] = whole.paths[path];
    take(whole.paths[path]);
  }
  return description;
}

// GitHub answers `application/vnd.github+json` with `application/json`; the description knows the latter only.
function accept(value) {
  if (value === null || typeof value !== 'object') return;
  const content = value.content;
  if (content?.['application/json']) content['application/vnd.github+json'] = content['application/json'];
  Object.values(value).forEach(accept);
}

// Nothing but what the description knows may stand in an answer. Where schemas are put together each knows a part.
function close(value, within) {
  if (value === null || typeof value !== 'object') return;
  const together = within === 'allOf' || within === 'anyOf';
  if (value.type === 'object' && value.properties && value.additionalProperties === undefined && !together) {
    value.additionalProperties = false;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'example' && key !== 'examples') close(inner, Array.isArray(value) ? within : key);
  }
}

// The examples are from 2016, a time of which GitHub knows nothing any more: moved, so that they end yesterday.
function renew(examples) {
  for (const name of ['view-traffic', 'clone-traffic']) {
    const { views, clones } = examples[name].value;
    const rows = views ?? clones;
    const newest = Math.max(...rows.map((row) => Date.parse(row.timestamp)));
    const by = Math.floor(Date.now() / DAY) * DAY - DAY - newest;
    for (const row of rows) row.timestamp = new Date(Date.parse(row.timestamp) + by).toISOString().replace('.000', '');
  }
}

const file = new URL('../node_modules/@octokit/openapi/generated/api.github.com.json', import.meta.url);
const description = cut(JSON.parse(readFileSync(fileURLToPath(file), 'utf8')));
accept(description);
renew(description.components.examples);
if (upstream) close(description);
const link = description.components.headers.link;
link.example = link.example.replaceAll('https://api.github.com', other);

const quiet = () => {};
const logger = { trace: quiet, debug: quiet, info: quiet, warn: quiet, success: quiet, error: quiet, fatal: quiet, child: () => logger };
const config = {
  // As a server it passes on the examples, mistakes and all: the one of a single repository has no language.
  validateRequest: true, validateResponse: true, checkSecurity: true, errors: Boolean(upstream), upstreamProxy: undefined,
  mock: { dynamic: false, ignoreExamples: false, seed: 'tollgate' },
  ...(upstream ? { isProxy: true, upstream: new URL(upstream) } : { isProxy: false }),
};
const prism = createServer(await getHttpOperationsFromSpec(description), { cors: false, config, components: { logger } });
const inner = new URL(await prism.listen(0, '127.0.0.1'));

// In front of it, because prism tells nobody which requests came.
const front = createHttpServer(async (request, response) => {
  remember(requests.here, request);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { host, connection, 'transfer-encoding': chunked, ...headers } = request.headers;
  const answer = await fetch(new URL(request.url, inner), {
    method: request.method, headers, redirect: 'manual', ...(chunks.length ? { body: Buffer.concat(chunks) } : {}),
  });
  const body = Buffer.from(await answer.arrayBuffer());
  for (const [name, value] of answer.headers) {
    if (!['content-length', 'connection', 'keep-alive', 'transfer-encoding', 'content-encoding'].includes(name)) response.setHeader(name, value);
  }
  response.writeHead(answer.status).end(body);
});
await new Promise((listening) => front.listen(0, '127.0.0.1', listening));
console.log(JSON.stringify({ address: `http://127.0.0.1:${front.address().port}`, elsewhere: other }));

for await (const line of createInterface({ input: process.stdin })) {
  if (line) console.log(JSON.stringify(requests));
}
process.exit(0);
