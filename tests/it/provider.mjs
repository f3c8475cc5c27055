// The certified OpenID provider for the tests.
//
//   node provider.mjs '{"base": "http://127.0.0.1:4000", "people": {"ada": {"email": "ada@acme.example", …}}}'
//
// `base` is where the edge will answer, `people` maps each subject to its claims. There may be a `port`, `tls` with the
// `key` and `cert` to serve https with, `auth` with the only way that the client may prove itself, and `jwks` with the
// client's own keys, and the path of the `callback`. Prints {"issuer", "client_id", "client_secret"} when it listens. Then it obeys one JSON object a
// line on standard input, answers each with one line, and ends with its standard input, so that it never outlives the
// test that started it:
//   {"rotate": true}         sign with a new key from now on and forget the old one at once
//   {"people": {…}}          replace people; their claims count from the next sign-in
//   {"signed_in": "ada"}     how many sessions the provider holds for that person
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createInterface } from 'node:readline';
import { generateKeyPairSync, randomUUID } from 'node:crypto';

// It warns on every start that its defaults are for development; on standard error a test would show it as noise.
console.info = console.warn = () => {};
const { default: Provider } = await import('oidc-provider');

const { base, people, port = 0, tls, auth = 'client_secret_basic', jwks, callback = '/-/callback' } = JSON.parse(process.argv[2]);
const client = { client_id: 'tollgate', client_secret: 'a-secret-of-the-tests-only' };
const live = new Map();
let issuer;
let provider;

function signingKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: randomUUID() };
}

function rebuild() {
  provider = new Provider(issuer, {
    jwks: { keys: [signingKey()] },
    cookies: { keys: ['cookies of the tests'] },
    clients: [{
      ...client,
      token_endpoint_auth_method: auth,
      jwks,
      redirect_uris: [`${base}${callback}`],
      post_logout_redirect_uris: [`${base}/-/signed-out`],
      backchannel_logout_uri: `${base}/-/backchannel-logout`,
      backchannel_logout_session_required: true,
      id_token_signed_response_alg: 'ES256',
    }],
    clientAuthMethods: [auth],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    pkce: { required: () => true, methods: ['S256'] },
    conformIdTokenClaims: false,
    scopes: ['openid', 'profile', 'email'],
    claims: {
      openid: ['sub'], acr: null, auth_time: null, iss: null, sid: null,
      email: ['email', 'email_verified'],
      profile: ['name', 'groups', 'roles', 'realm_access'],
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, IdToken: 3600, AccessToken: 600 },
    findAccount: (_, sub) => people[sub] && { accountId: sub, claims: () => ({ sub, ...people[sub] }) },
    loadExistingGrant: grantEverything,
  });
  provider.on('session.saved', (session) => session.accountId && live.set(session.jti, session.accountId));
  provider.on('session.destroyed', (session) => live.delete(session.jti));
}

// The edge asks for what it needs; consent is not what these tests are about.
async function grantEverything(ctx) {
  const { session, client: { clientId } } = ctx.oidc;
  const grant = new ctx.oidc.provider.Grant({ clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile email');
  await grant.save();
  return grant;
}

function page(title, body) {
  return `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${body}`;
}

function logoutSource(ctx, form) {
  ctx.body = page('Sign out?', `${form}<button form="op.logoutForm" name="logout" value="yes">Yes, sign out</button>`);
}

// GET /interaction/UID shows the people; GET /interaction/UID/as/ada signs in as ada.
async function interact(request, response) {
  const [, , uid, , person] = request.url.split('/');
  const chosen = person ?? (await provider.interactionDetails(request, response)).params.login_hint;
  if (people[chosen]) {
    return provider.interactionFinished(request, response, { login: { accountId: chosen } });
  }
  const links = Object.keys(people).map((who) => `<li><a href="/interaction/${uid}/as/${who}">${who}</a>`);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(page('Who are you?', `<ul>${links.join('')}</ul>`));
}

const respond = (request, response) => {
  const answer = request.url.startsWith('/interaction/') ? interact : provider.callback();
  Promise.resolve(answer(request, response)).catch((error) => response.writeHead(500).end(String(error)));
};
const server = tls ? createSecureServer(tls, respond) : createServer(respond);
await new Promise((ready) => server.listen(port, '127.0.0.1', ready));
issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
rebuild();
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({ issuer, ...client });

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.rotate) rebuild();
  if (order.people) Object.assign(people, order.people);
  say({ done: true, sessions: [...live.values()].filter((who) => who === order.signed_in).length });
}
process.exit(0);
