import { escapeUTF8 as escapeHtml } from 'entities';
import type { OAuthClient, User } from '../../organization/organization';
import { bufferAudio } from '../../recordings/audio';
import type { Answer } from '../answer';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1rem;color:#23303a}' +
  'h1{font-size:1.4rem}label{display:block;margin:1rem 0}input{display:block;width:100%;box-sizing:border-box;padding:.5rem;font:inherit}' +
  'button{font:inherit;padding:.5rem 1.2rem;margin-right:.5rem}.problem{color:#a3201d}small{color:#5b6b77}';

/** A page of the simulated login host. It says that it is a simulator, so that nobody takes it for the real one. */
const page = (status: number, title: string, content: string): Answer => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  },
  body: bufferAudio(
    Buffer.from(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
        `<link rel="icon" href="data:,"><style>${STYLE}</style></head><body>` +
        `<h1>${escapeHtml(title)}</h1>${content}<p><small>Genesys Cloud simulator</small></p></body></html>`,
    ),
  ),
});

const sessionField = (sessionId: string): string =>
  `<input type="hidden" name="session" value="${escapeHtml(sessionId)}">`;

/** Asks a person for e-mail address and password. */
export const loginPage = (sessionId: string, problem?: string): Answer =>
  page(
    problem === undefined ? 200 : 401,
    'Log in to Genesys Cloud',
    `${problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`}` +
      `<form method="post" action="/oauth/login">${sessionField(sessionId)}` +
      '<label>Email<input name="email" type="email" autocomplete="username" required></label>' +
      '<label>Password<input name="password" type="password" autocomplete="current-password" required></label>' +
      '<button type="submit">Log in</button></form>',
  );

/** Asks a person who has logged in whether the client may act for them. */
export const consentPage = (sessionId: string, client: OAuthClient, user: User): Answer =>
  page(
    200,
    `Allow ${client.name}?`,
    `<p>${escapeHtml(client.name)} asks to act for ${escapeHtml(user.name)} with these scopes:</p>` +
      `<ul>${client.scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('')}</ul>` +
      `<form method="post" action="/oauth/consent">${sessionField(sessionId)}` +
      '<button type="submit" name="decision" value="allow">Allow</button>' +
      '<button type="submit" name="decision" value="deny">Deny</button></form>',
  );

/** Tells a person what cannot be told to the client. */
export const authorizationErrorPage = (problem: string): Answer =>
  page(400, 'This login cannot go on', `<p class="problem" role="alert">${escapeHtml(problem)}</p>`);
