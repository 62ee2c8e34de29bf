import { createServer, type Server } from 'node:http';
import type { ObjectCreated } from '../../examples/recipes/stored-voicemail';
import { leave, prepare, work } from '../cli/archive-deployment';
import { type LocalDeployment, removeSynthesis, stopDeployments } from '../cli/local-deployment';

/** A request that a receiver got. */
interface Received {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

const received: Received[] = [];
let receiver: Server;
let origin = '';
let deployment: LocalDeployment;
let event: ObjectCreated;
let voicemailId = '';
let audio: Buffer;
const environment = process.env;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
      });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"MessageId":"1"}');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;

  const prepared = await prepare();
  ({ deployment } = prepared);
  const { stack, outputs } = deployment;
  const [left] = leave(deployment, prepared.queueId, 1, 60_000);
  voicemailId = left?.messageId ?? '';
  await stack.bus.putPartnerEvent(left?.event ?? {});
  await work(deployment);
  const objects = stack.s3.objects(outputs.bucket_name);
  const key = objects.find((object) => object.key.endsWith(`${voicemailId}.json`))?.key ?? '';
  const recording = objects.find((object) => object.key.endsWith(`${voicemailId}.webm`));
  audio = recording?.isDeleteMarker === false ? recording.body : Buffer.alloc(0);
  // As S3 tells EventBridge: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
  event = { detail: { bucket: { name: outputs.bucket_name }, object: { key } } };
  for (const name of ['notes', 'notes-slack', 'notes-teams']) {
    stack.s3.createBucket({ name });
  }
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL: stack.aws.origin,
    AWS_ENDPOINT_URL_SESV2: origin,
    AWS_REGION: stack.aws.region,
    AWS_ACCESS_KEY_ID: stack.operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: stack.operatorCredentials.secretAccessKey,
    AWS_SESSION_TOKEN: stack.operatorCredentials.sessionToken,
    NOTES_BUCKET: 'notes',
    MAIL_FROM: 'voicemail@example.test',
    MAIL_TO: 'team@example.test',
    CHAT_WEBHOOK: `${origin}/chat`,
    TICKET_URL: `${origin}/tickets`,
    TICKET_TOKEN: 'of the ticket system',
  };
});
beforeEach(() => {
  received.splice(0);
});
afterAll(async () => {
  process.env = environment;
  receiver.close();
  await stopDeployments();
  removeSynthesis();
});

/** S3 delivers an event at least once. */
const deliverTwice = async (handler: (stored: ObjectCreated) => Promise<void>): Promise<Received> => {
  await handler(event);
  await handler(event);
  expect(received).toHaveLength(1);
  const [only] = received;
  return only ?? { path: '', authorization: undefined, body: {} };
};

test('a voicemail is mailed once, with its audio attached to the byte', async () => {
  const { handler } = await import('../../examples/recipes/mail');
  const { path, body } = await deliverTwice(handler);
  expect(path).toBe('/v2/email/outbound-emails');
  expect(body).toMatchObject({
    FromEmailAddress: 'voicemail@example.test',
    Destination: { ToAddresses: ['team@example.test'] },
    Content: {
      Simple: {
        Subject: { Data: expect.stringMatching(/^Voicemail on [0-9a-f-]{36}, left .*Z, 4 s$/) },
        Attachments: [
          {
            FileName: `${voicemailId}.webm`,
            ContentType: 'audio/webm',
            RawContent: audio.toString('base64'),
          },
        ],
      },
    },
  });
});

test.each(['slack', 'teams'])('%s gets one message, whose link plays the recording', async (kind) => {
  process.env['CHAT_KIND'] = kind;
  const { handler } = await import('../../examples/recipes/chat');
  // A note of the other kind stands under the same name.
  process.env['NOTES_BUCKET'] = `notes-${kind}`;
  const { path, body } = await deliverTwice(handler);
  process.env['NOTES_BUCKET'] = 'notes';
  expect([path, 'text' in body, 'attachments' in body]).toEqual([
    '/chat',
    kind === 'slack',
    kind === 'teams',
  ]);
  const [link = ''] = /http:\/\/[^"|]+/.exec(JSON.stringify(body)) ?? [];
  expect(Buffer.from(await (await fetch(link)).arrayBuffer())).toEqual(audio);
});

test('a ticket is opened once, and says how to find the recording', async () => {
  const { handler } = await import('../../examples/recipes/ticket');
  const { path, authorization, body } = await deliverTwice(handler);
  expect([path, authorization]).toEqual(['/tickets', 'Bearer of the ticket system']);
  expect(body).toMatchObject({
    externalId: voicemailId,
    description: expect.stringContaining(`find --voicemail ${voicemailId} --open`),
  });
});

test('voicemail that was left long ago, as a backfill stores it, is passed over', async () => {
  const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 2 * 86_400_000);
  const { onStored } = await import('../../examples/recipes/stored-voicemail');
  let acted = 0;
  await onStored('old', async () => {
    acted += 1;
  })(event);
  now.mockRestore();
  expect(acted).toBe(0);
});
