import * as v from 'valibot';

/**
 * The error codes of the token endpoint that are told: those of OAuth (RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750
 * section 3.1), and the usual one beside 429. A closed list, since an answer can echo the refresh token where a code should stand.
 */
const OAUTH_CODES: ReadonlySet<string> = new Set([
  'access_denied',
  'insufficient_scope',
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'invalid_token',
  'server_error',
  'temporarily_unavailable',
  'too_many_requests',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
]);

/** A code of the platform API: words of lower-case letters with dots between them. Its list is open, and grows. */
const PLATFORM_CODE = /^[a-z]{1,30}(?:\.[a-z]{1,30}){1,9}$/;

/** What was sent, which no code may repeat. */
interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const isEcho = (code: string, { headers, body = '' }: Sent): boolean =>
  [headers['authorization'] ?? '', body].some((sent) => sent.includes(code));

const mayBeTold = (code: string, sent: Sent): boolean =>
  OAUTH_CODES.has(code) || (PLATFORM_CODE.test(code) && !isEcho(code, sent));

const fields = v.object({
  error: v.optional(v.unknown()),
  code: v.optional(v.unknown()),
  errorCode: v.optional(v.unknown()),
  errors: v.optional(v.unknown()),
});

/** Answers nest their errors once or twice; a deeper nest is no error of Genesys. */
const DEEPEST = 3;

const textsIn = (value: unknown, depth = 0): readonly string[] => {
  if (typeof value === 'string') {
    return [value];
  }
  if (depth >= DEEPEST) {
    return [];
  }
  if (Array.isArray(value)) {
    return value.slice(0, 10).flatMap((one) => textsIn(one, depth + 1));
  }
  const parsed = v.safeParse(fields, value);
  const { code, error, errorCode, errors } = parsed.success ? parsed.output : {};
  return [code, error, errorCode, errors].flatMap((one) => textsIn(one, depth + 1));
};

/**
 * Finds the error code in the body of an answer: `code` of a platform error, `error` of the token endpoint, or either in a
 * list of `errors`. `undefined` where there is none that may be told: what it returns goes to logs.
 */
export const errorCodeIn = (body: unknown, sent: Sent): string | undefined =>
  textsIn(body).find((text) => mayBeTold(text, sent));
