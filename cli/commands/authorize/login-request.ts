import { createHash, randomBytes } from 'node:crypto';

/** Secrets that bind one login. Only the challenge and the state are ever printed, inside the login's URL. */
export interface LoginRequest {
  /** Comes back from the browser, which shows that the answer belongs to this login (RFC 6749, section 10.12). */
  readonly state: string;
  /** Shows at the exchange that whoever began the login ends it (RFC 7636). */
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

const random = (): string => randomBytes(32).toString('base64url');

/** Begins a login. */
export const createLoginRequest = (redirectUri: string): LoginRequest => ({
  state: random(),
  codeVerifier: random(),
  redirectUri,
});

/** The URL that the person's browser opens. Genesys takes the scopes from the OAuth client. */
export const loginUrl = (
  loginOrigin: string,
  clientId: string,
  { state, codeVerifier, redirectUri }: LoginRequest,
): string => {
  const url = new URL('/oauth/authorize', loginOrigin);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  return url.href;
};
