import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { getCanonicalHeaders, getCanonicalQuery, SignatureV4 } from '@smithy/signature-v4';
import type { CredentialStore, Identity } from './credentials';
import { Sha256 } from './sha256';

/** A request before anything is known about it. */
export interface SignedRequest {
  readonly method: string;
  /** The path as it was sent, still percent-encoded. */
  readonly rawPath: string;
  /** The parameters of the query, decoded, in the order sent. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Why a signature was refused.
 *
 * `expired` is a pre-signed URL past its life; `skewed` is a request signed too far from the server's time; `mismatch` is
 * whatever else does not fit together.
 */
export type SignatureProblem =
  | 'missing'
  | 'unknown-key'
  | 'skewed'
  | 'expired'
  | 'wrong-payload-hash'
  | 'mismatch';

/** A request that nobody we know has signed as it stands. */
export class SignatureRefusedError extends Error {
  override readonly name = 'SignatureRefusedError';
  readonly problem: SignatureProblem;
  /** The service of the credential scope, where the request got as far as naming one. */
  readonly service: string | undefined;

  constructor(problem: SignatureProblem, message: string, service?: string) {
    super(message);
    this.problem = problem;
    this.service = service;
  }
}

/** Where a signature is good, and until when. */
export interface SignatureRules {
  readonly credentials: CredentialStore;
  /** The only region that this server answers for. */
  readonly region: string;
  /** The server's time, in milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /**
   * The time of who signs pre-signed URLs, in milliseconds since the Unix epoch. An SDK corrects the clock by which it signs
   * headers when the server's is ahead, and never the one by which it pre-signs.
   */
  readonly presignersNowMs: number;
}

/** Facts of a signature that was found good. */
export interface VerifiedSignature {
  readonly identity: Identity;
  readonly service: string;
  readonly region: string;
}

/** Parts of the Authorization header, or of the query of a pre-signed URL. */
interface Claim {
  readonly presigned: boolean;
  readonly accessKeyId: string;
  readonly scope: string;
  readonly scopeDate: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly signedAt: string;
  readonly sessionToken: string | undefined;
  readonly expiresSeconds: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MINUTE_MS = 60_000;
/** AWS General Reference: five minutes in general; Amazon S3 API Reference, RequestTimeTooSkewed: fifteen. */
const ALLOWED_SKEW_MS = (service: string): number => (service === 's3' ? 15 : 5) * MINUTE_MS;
const LONGEST_PRESIGNED_SECONDS = 7 * 24 * 60 * 60;

const sha256Hex = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const headerText = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

/** `20260131T235959Z` in milliseconds since the Unix epoch; `NaN` for anything else. */
const parseBasicTime = (text: string): number => {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  return parts === null
    ? Number.NaN
    : Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`);
};

const basicTime = (epochMs: number): string =>
  new Date(epochMs)
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z')
    .replaceAll(/[-:]/g, '');

const parseClaim = (request: SignedRequest): Claim => {
  const authorization = request.headers.authorization;
  const query = new Map(request.query);
  const presigned = authorization === undefined && query.has('X-Amz-Signature');
  if (authorization === undefined && !presigned) {
    throw new SignatureRefusedError('missing', 'The request carries no signature.');
  }

  const fields = new Map<string, string>();
  if (authorization === undefined) {
    for (const name of ['Credential', 'SignedHeaders', 'Signature']) {
      fields.set(name, query.get(`X-Amz-${name}`) ?? '');
    }
  } else {
    for (const field of authorization.slice(ALGORITHM.length).split(',')) {
      const [name = '', ...value] = field.trim().split('=');
      fields.set(name, value.join('='));
    }
  }
  const algorithm = presigned ? query.get('X-Amz-Algorithm') : authorization?.split(' ', 1)[0];
  const scope = /^([^/]+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request)$/.exec(fields.get('Credential') ?? '');
  const signedHeaders = fields.get('SignedHeaders') ?? '';
  const signature = fields.get('Signature') ?? '';
  const signedAt = (presigned ? query.get('X-Amz-Date') : headerText(request.headers, 'x-amz-date')) ?? '';
  const expiresSeconds = presigned ? Number(query.get('X-Amz-Expires')) : 0;
  const wellFormed =
    algorithm === ALGORITHM &&
    scope !== null &&
    /^[0-9a-f]{64}$/.test(signature) &&
    signedHeaders.split(';').includes('host') &&
    !Number.isNaN(parseBasicTime(signedAt)) &&
    expiresSeconds >= 0 &&
    expiresSeconds <= LONGEST_PRESIGNED_SECONDS;
  if (!wellFormed) {
    throw new SignatureRefusedError(
      'mismatch',
      'The signature is incomplete: expected AWS4-HMAC-SHA256 with Credential, SignedHeaders that name host, Signature and a date.',
      scope?.[5],
    );
  }
  const [, accessKeyId = '', scopeText = '', scopeDate = '', region = '', service = ''] = scope;
  return {
    presigned,
    accessKeyId,
    scope: scopeText,
    scopeDate,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature,
    signedAt,
    sessionToken: presigned
      ? query.get('X-Amz-Security-Token')
      : headerText(request.headers, 'x-amz-security-token'),
    expiresSeconds,
  };
};

const checkTime = (claim: Claim, rules: SignatureRules): void => {
  const nowMs = claim.presigned ? rules.presignersNowMs : rules.nowMs;
  const signedAtMs = parseBasicTime(claim.signedAt);
  const skewMs = ALLOWED_SKEW_MS(claim.service);
  const skewed = claim.presigned ? signedAtMs - nowMs > skewMs : Math.abs(nowMs - signedAtMs) > skewMs;
  if (skewed || !claim.signedAt.startsWith(claim.scopeDate)) {
    throw new SignatureRefusedError(
      'skewed',
      `Signature expired or not yet current: ${claim.signedAt} is more than ${skewMs / MINUTE_MS} minutes from ${basicTime(nowMs)}.`,
      claim.service,
    );
  }
  if (claim.presigned && nowMs > signedAtMs + claim.expiresSeconds * 1000) {
    throw new SignatureRefusedError('expired', 'Request has expired', claim.service);
  }
};

/** The hash of the body as the signer saw it, checked against the body where it is one. */
const payloadHash = (request: SignedRequest, claim: Claim): string => {
  const stated =
    headerText(request.headers, 'x-amz-content-sha256') ?? new Map(request.query).get('X-Amz-Content-Sha256');
  if (stated === undefined) {
    return claim.presigned && claim.service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256Hex(request.body);
  }
  const isSentinel = stated === 'UNSIGNED-PAYLOAD' || stated.startsWith('STREAMING-');
  if (isSentinel && claim.service === 's3') {
    return stated;
  }
  if (stated !== sha256Hex(request.body)) {
    throw new SignatureRefusedError(
      'wrong-payload-hash',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      claim.service,
    );
  }
  return stated;
};

const canonicalPath = (rawPath: string, service: string): string => {
  if (service === 's3') {
    return rawPath;
  }
  // Every service but S3 encodes each segment of the path once more.
  return rawPath.split('/').map(encodeURIComponent).join('/');
};

/** The string that was signed, built anew from the request as it arrived. */
const stringToSign = (request: SignedRequest, claim: Claim): string => {
  const headers: Record<string, string> = {};
  for (const name of claim.signedHeaders) {
    headers[name] = headerText(request.headers, name) ?? '';
  }
  const query: Record<string, string[]> = {};
  for (const [name, value] of request.query) {
    query[name] = [...(query[name] ?? []), value];
  }
  const unaddressed = { method: request.method, protocol: 'http:', hostname: '', path: request.rawPath };
  const canonicalHeaders = getCanonicalHeaders(
    { ...unaddressed, headers },
    undefined,
    new Set(claim.signedHeaders),
  );
  const names = Object.keys(canonicalHeaders).sort();
  const canonicalRequest = [
    request.method,
    canonicalPath(request.rawPath, claim.service),
    getCanonicalQuery({ ...unaddressed, headers: {}, query }),
    ...names.map((name) => `${name}:${canonicalHeaders[name]}`),
    '',
    names.join(';'),
    payloadHash(request, claim),
  ].join('\n');
  return [ALGORITHM, claim.signedAt, claim.scope, sha256Hex(canonicalRequest)].join('\n');
};

/**
 * Verifies a request's Signature Version 4, in the Authorization header or in the query of a pre-signed URL.
 *
 * Source: IAM User Guide, "AWS Signature Version 4 for API requests". For S3 the stand-ins for a payload's hash
 * (`UNSIGNED-PAYLOAD`, `STREAMING-...`) are taken as they are; the signatures of single chunks are not verified.
 *
 * @throws SignatureRefusedError that says what is wrong.
 */
export const verifySignature = async (
  request: SignedRequest,
  rules: SignatureRules,
): Promise<VerifiedSignature> => {
  const claim = parseClaim(request);
  const { service, region } = claim;
  const identity = rules.credentials.find(claim.accessKeyId);
  if (identity === undefined) {
    throw new SignatureRefusedError(
      'unknown-key',
      'The access key ID does not exist in our records.',
      service,
    );
  }
  if (claim.sessionToken !== identity.sessionToken || region !== rules.region) {
    throw new SignatureRefusedError(
      'mismatch',
      `The session token is not that of the key, or the region '${region}' is not '${rules.region}'.`,
      service,
    );
  }
  checkTime(claim, rules);

  const unsigned = Object.keys(request.headers).find(
    (name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name),
  );
  if (unsigned !== undefined) {
    throw new SignatureRefusedError('mismatch', `The header ${unsigned} was not signed.`, service);
  }

  const signer = new SignatureV4({ service, region, credentials: identity, sha256: Sha256 });
  const expected = await signer.sign(stringToSign(request, claim), {
    signingDate: new Date(parseBasicTime(claim.signedAt)),
  });
  if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(claim.signature, 'hex'))) {
    throw new SignatureRefusedError(
      'mismatch',
      'The request signature we calculated does not match the signature you provided.',
      service,
    );
  }
  return { identity, service, region };
};
