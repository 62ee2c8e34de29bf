import { SignatureV4 } from '@smithy/signature-v4';
import { sign, UNSIGNED_PAYLOAD } from '../../../tools/bench/limit/signature.cjs';
import { Sha256 } from '../../../tools/local-cloud/aws/sha256';

const NOW = new Date('2026-01-15T10:20:30Z');

beforeEach(() => {
  process.env['AWS_REGION'] = 'eu-central-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIABENCH';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'bench-secret';
  process.env['AWS_SESSION_TOKEN'] = 'bench-session';
});

test("the limit's own signature is that of the SDK", async () => {
  const request = {
    method: 'PUT',
    protocol: 'https:',
    hostname: '127.0.0.1',
    port: 8443,
    path: '/bench/a.webm',
    query: {},
    headers: { host: '127.0.0.1:8443', 'content-length': '5', 'x-amz-content-sha256': UNSIGNED_PAYLOAD },
  };
  const signer = new SignatureV4({
    credentials: { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench-secret', sessionToken: 'bench-session' },
    region: 'eu-central-1',
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
  });
  const expected = await signer.sign(request, { signingDate: NOW });
  const headers = sign({
    method: 'PUT',
    host: '127.0.0.1:8443',
    path: '/bench/a.webm',
    service: 's3',
    headers: { 'content-length': '5' },
    bodyHash: UNSIGNED_PAYLOAD,
    now: NOW,
  });
  expect(headers['authorization']).toBe(expected.headers['authorization']);
});
