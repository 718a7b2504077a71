// An identity provider: that of the package oidc-provider, or one that lies in its tokens. It prints its port, reads one
// line of JSON that says for whom it works, and runs until its input ends.

import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [packages] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${packages}/${path}`).href);

const server = createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;
console.log(server.address().port);

const lines = createInterface({ input: process.stdin });
const setup = JSON.parse((await lines[Symbol.asyncIterator]().next()).value);
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();

if (setup.lies) {
  server.on("request", await liar(setup));
} else {
  server.on("request", await provider(setup));
}
console.log("ready");

async function provider({ client, secret, redirect, logout, accounts }) {
  const { default: Provider } = await load("oidc-provider/lib/index.js");
  const made = new Provider(issuer, {
    clients: [{
      client_id: client, client_secret: secret, redirect_uris: [redirect], backchannel_logout_uri: logout,
      backchannel_logout_session_required: true,
    }],
    claims: {
      openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "locale"], groups: ["groups"],
    },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
    pkce: { required: () => true },
    // The hosts that it tells of sign-outs are of this machine, which it wouldn't connect to by itself.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  });
  return made.callback();
}

// Answers every code with a token that `lies` changes: claims that are set, and `alg`, `key` or `issuer` that are wrong.
async function liar({ client, lies }) {
  const jose = await load("jose/dist/webapi/index.js");
  const pair = await jose.generateKeyPair("RS256", { extractable: true });
  const other = await jose.generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await jose.exportJWK(pair.publicKey)), kid: "1", alg: "RS256", use: "sig" };
  let nonce = "";
  return async (request, response) => {
    const url = new URL(request.url, issuer);
    const json = (value, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json({
          issuer: lies.issuer ?? issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`, response_types_supported: ["code"], subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
        });
      case "/jwks":
        return json({ keys: [jwk] });
      case "/auth":
        nonce = url.searchParams.get("nonce");
        response.writeHead(303, {
          location: `${url.searchParams.get("redirect_uri")}?code=x&state=${url.searchParams.get("state")}`,
        });
        return response.end();
      case "/token": {
        const now = Math.floor(Date.now() / 1000);
        const claims = {
          iss: issuer, aud: client, sub: "ann", nonce, iat: now, exp: now + 600, email: "ann@example.com",
          email_verified: true, ...lies.claims,
        };
        const key = lies.key ? other.privateKey : pair.privateKey;
        const token = lies.alg === "none"
          ? `${jose.base64url.encode('{"alg":"none"}')}.${jose.base64url.encode(JSON.stringify(claims))}.`
          : await new jose.SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(key);
        return json({ access_token: "a", token_type: "Bearer", id_token: token, expires_in: 600 });
      }
      default:
        return json({}, 404);
    }
  };
}
