import {
  CreateSecretCommand,
  DescribeSecretCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import type {
  AwsError,
  AwsRequest,
  AwsService,
  IssuedCredentials,
  LocalAws,
} from '../../../../tools/local-cloud/aws';
import { Sha256 } from '../../../../tools/local-cloud/aws/sha256';
import type { Fault, FaultAnswer, OutsideCall } from '../../../../tools/local-cloud/faults';
import { ACCOUNT_ID, type Fixture, REGION, ROLE_ARN, refusal, startFixture, withFixture } from './fixture';

const MINUTE_MS = 60_000;

/** A service under S3's name that answers with what it was asked. */
const echo = (): AwsService & { readonly requests: AwsRequest[] } => {
  const requests: AwsRequest[] = [];
  return {
    requests,
    signingName: 's3',
    identify: (request) => ({ name: `${request.method}Object`, resource: 'arn:aws:s3:::bucket/key' }),
    handle: async (request) => {
      requests.push(request);
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: request.body };
    },
    errorResponse: (error, requestId) => ({
      status: error.status,
      headers: { 'content-type': 'application/xml' },
      body: `<Error><Code>${error.code}</Code><RequestId>${requestId}</RequestId></Error>`,
    }),
  };
};

const signer = (credentials: IssuedCredentials, service = 's3') =>
  new SignatureV4({ service, region: REGION, credentials, uriEscapePath: false, sha256: Sha256 });

const rawRequest = (aws: LocalAws, method: string, path: string, body?: string) => ({
  method,
  protocol: 'http:',
  hostname: '127.0.0.1',
  path,
  query: {},
  headers: { host: new URL(aws.origin).host },
  ...(body === undefined ? {} : { body }),
});

describe('the front door of the local AWS', () => {
  let fixture: Fixture;
  let aws: LocalAws;
  const s3 = echo();

  beforeAll(async () => {
    fixture = await startFixture({ services: [s3] });
    aws = fixture.aws;
    aws.secretsManager.createSecret({ Name: 'token', SecretString: 'value' });
    aws.sqs.createQueue({ name: 'queue' });
  });
  afterAll(() => fixture.close());

  const client = (credentials: IssuedCredentials, region = REGION) =>
    new SecretsManagerClient({ endpoint: aws.origin, region, credentials, maxAttempts: 1 });
  const read = (credentials: IssuedCredentials, region?: string) =>
    refusal(client(credentials, region).send(new DescribeSecretCommand({ SecretId: 'token' })));

  it('refuses a session token that is not the key’s', async () => {
    const answer = await read({ ...aws.issueCredentials(ROLE_ARN), sessionToken: 'another' });
    expect(answer.name).toBe('InvalidSignatureException');
  });

  it('refuses another region than its own', async () => {
    const answer = await read(aws.issueCredentials(ROLE_ARN), 'us-east-1');
    expect(answer.name).toBe('InvalidSignatureException');
    expect(answer.message).toContain("'us-east-1'");
  });

  it('says in the service’s own shape what is wrong, with a request id', async () => {
    const sqs = new SQSClient({
      endpoint: aws.origin,
      region: REGION,
      credentials: aws.issueCredentials(ROLE_ARN),
    });
    const url = `${aws.origin}/${ACCOUNT_ID}/queue-that-is-not-there`;
    await expect(sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'a' }))).rejects.toMatchObject(
      {
        name: 'QueueDoesNotExist',
        Code: 'AWS.SimpleQueueService.NonExistentQueue',
        $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      },
    );
    const response = await fetch(`${aws.origin}/bucket/key`);
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amz-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });

  it('refuses an operation and a parameter that it does not have', async () => {
    const unknownOperation = await refusal(fixture.secretsManager.send(new ListSecretsCommand({})));
    expect(unknownOperation.name).toBe('UnknownOperationException');
    const unknownParameter = await refusal(
      fixture.secretsManager.send(new CreateSecretCommand({ Name: 'n', Type: 'partner' })),
    );
    expect(unknownParameter).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Type'),
    });
  });

  it('takes a signature as it stands: a changed body, header, path or query is refused', async () => {
    const credentials = aws.issueCredentials(ROLE_ARN);
    const signed = await signer(credentials).sign(rawRequest(aws, 'PUT', '/bucket/a%20b', 'body'));
    const send = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(aws.origin + path, { method: 'PUT', body, headers: { ...signed.headers, ...headers } });
    expect((await send('/bucket/a%20b', 'body')).status).toBe(200);
    expect(await (await send('/bucket/a%20b', 'other')).text()).toContain('XAmzContentSHA256Mismatch');
    expect(await (await send('/bucket/a%20c', 'body')).text()).toContain('SignatureDoesNotMatch');
    expect(await (await send('/bucket/a%20b?acl', 'body')).text()).toContain('SignatureDoesNotMatch');
    expect(await (await send('/bucket/a%20b', 'body', { 'x-amz-acl': 'public-read' })).text()).toContain(
      'SignatureDoesNotMatch',
    );
  });

  it('takes a payload that is not signed from S3 callers only', async () => {
    const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const credentials = aws.issueCredentials(ROLE_ARN);
    const request = rawRequest(aws, 'PUT', '/bucket/key', 'body');
    const toS3 = await signer(credentials).sign({ ...request, headers: { ...request.headers, ...unsigned } });
    expect(
      (await fetch(`${aws.origin}/bucket/key`, { method: 'PUT', body: 'other', headers: toS3.headers }))
        .status,
    ).toBe(200);
    const toSqs = await signer(credentials, 'sqs').sign({
      ...rawRequest(aws, 'POST', '/', '{}'),
      headers: { ...request.headers, ...unsigned, 'x-amz-target': 'AmazonSQS.ListQueues' },
    });
    const refused = await fetch(aws.origin, { method: 'POST', body: '{}', headers: toSqs.headers });
    expect(await refused.json()).toMatchObject({ __type: 'InvalidSignatureException' });
  });

  it('takes a pre-signed URL until it expires by the clock of who signed it, however far its own was moved', () =>
    withFixture({ services: [echo()] }, async ({ aws: other, clock }) => {
      const request = rawRequest(other, 'GET', '/bucket/key');
      const presign = async (signedAtMs: number): Promise<string> => {
        const { query = {} } = await signer(other.issueCredentials(ROLE_ARN)).presign(
          { ...request, headers: { ...request.headers, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' } },
          { expiresIn: 600, signingDate: new Date(signedAtMs) },
        );
        const parameters = Object.entries(query).map(
          ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
        );
        return `${other.origin}/bucket/key?${parameters.join('&')}`;
      };
      clock.advance(6 * 60 * MINUTE_MS);
      const url = await presign(Date.now());
      expect((await fetch(url)).status).toBe(200);
      expect(await (await fetch(url.replace('/key', '/other'))).text()).toContain('SignatureDoesNotMatch');
      const expired = await presign(Date.now() - 11 * MINUTE_MS);
      expect(await (await fetch(expired)).text()).toContain('AccessDenied');
    }));

  it('refuses a request signed more than five minutes ago, and tells the SDK the time to sign with', () =>
    withFixture({}, async (moved) => {
      moved.aws.secretsManager.createSecret({ Name: 'token', SecretString: 'value' });
      moved.clock.advance(6 * MINUTE_MS);
      const call = () => moved.secretsManager.send(new DescribeSecretCommand({ SecretId: 'token' }));
      expect((await refusal(call())).name).toBe('InvalidSignatureException');
      await expect(call()).resolves.toMatchObject({ Name: 'token' });
    }));
});

describe('faults at the front door', () => {
  let fault: Fault | undefined;
  let calls: OutsideCall[] = [];
  let ended: number[] = [];
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await startFixture({
      services: [echo()],
      faults: {
        decide: (call) => {
          calls.push(call);
          return fault;
        },
        ended: (_call, status) => void ended.push(status),
      },
    });
  });
  beforeEach(() => {
    fault = undefined;
    calls = [];
    ended = [];
  });
  afterAll(() => fixture.close());

  let count = 0;
  const put = async (effect: Fault['effect'], answer: FaultAnswer) => {
    count += 1;
    const { name } = fixture.aws.secretsManager.createSecret({ Name: `target-${count}` });
    fault = { effect, answer };
    const abort = AbortSignal.timeout(300);
    const error = await refusal(
      fixture.secretsManager.send(new PutSecretValueCommand({ SecretId: name, SecretString: 'new' }), {
        abortSignal: abort,
      }),
    );
    return { error, tookEffect: fixture.aws.secretsManager.secret(name).versions.length === 1 };
  };

  const kinds: readonly (readonly [FaultAnswer, string, number])[] = [
    [{ kind: 'error', status: 503, code: 'ServiceUnavailable' }, 'ServiceUnavailable', 503],
    [
      { kind: 'error', status: 400, code: 'ThrottlingException', retryAfterSeconds: 2 },
      'ThrottlingException',
      400,
    ],
    [{ kind: 'hang' }, 'AbortError', 0],
    [{ kind: 'reset' }, 'Error', 0],
  ];
  for (const [answer, name, status] of kinds) {
    for (const effect of ['none', 'applied'] as const) {
      it(`answers with ${JSON.stringify(answer)}, effect ${effect}`, async () => {
        const { error, tookEffect } = await put(effect, answer);
        expect(error.name).toBe(name);
        expect(tookEffect).toBe(effect === 'applied');
        expect(ended).toEqual([status]);
        expect(calls).toMatchObject([
          { system: 'aws', service: 'secretsmanager', operation: 'PutSecretValue', principal: ROLE_ARN },
        ]);
      });
    }
  }

  it('lets no hanging call hold up its end', () =>
    withFixture(
      { faults: { decide: () => ({ effect: 'none', answer: { kind: 'hang' } }) } },
      async (other) => {
        const call = refusal(other.secretsManager.send(new DescribeSecretCommand({ SecretId: 'token' })));
        while (other.aws.journal.entries.length === 0) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        await other.aws.close();
        expect((await call).name).toMatch(/Error/);
      },
    ));
});

describe('a service with a defect', () => {
  it('is seen as an internal failure, not taken for a fault of the caller', () => {
    const broken: AwsService = {
      ...echo(),
      handle: async () => {
        throw new TypeError('broken');
      },
      errorResponse: (error: AwsError) => ({ status: error.status, headers: {}, body: error.code }),
    };
    return withFixture({ services: [broken] }, async ({ aws }) => {
      const request = rawRequest(aws, 'GET', '/bucket/key');
      const { headers } = await signer(aws.issueCredentials(ROLE_ARN)).sign(request);
      const response = await fetch(`${aws.origin}/bucket/key`, { headers });
      expect([response.status, await response.text()]).toEqual([500, 'InternalFailure']);
    });
  });
});
