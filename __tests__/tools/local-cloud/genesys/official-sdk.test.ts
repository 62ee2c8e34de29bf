import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { ApiClient, ConversationsApi, TokensApi, UsersApi, VoicemailApi } from 'purecloud-platform-client-v2';
import { type Scene, startScene, stopAll } from './helpers';

let gateway: Server | undefined;

afterEach(async () => {
  ApiClient.instance.clearAuthData();
  gateway?.closeAllConnections();
  gateway?.close();
  await stopAll();
});

type SdkClient = typeof ApiClient.instance;

/** Points the SDK at a simulator by its own gateway setting: one host for login and API, which hands each call on. */
const pointSdkAt = async ({ genesys: { origins } }: Scene): Promise<SdkClient> => {
  gateway = createServer((asked, answer) => {
    const url = `${asked.url?.startsWith('/api/') ? origins.api : origins.login}${asked.url}`;
    const { method, headers } = asked;
    const handedOn = request(url, { method: method ?? 'GET', headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 500, answered.headers);
      answered.pipe(answer);
    });
    asked.pipe(handedOn);
  });
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  const address = gateway.address();
  // The SDK keeps one client for the whole process.
  const client = ApiClient.instance;
  client.setGateway({
    host: '127.0.0.1',
    protocol: 'http',
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
  });
  return client;
};

const logIn = (client: SdkClient, { pair }: Scene) =>
  client.refreshCodeAuthorizationGrant(pair.clientId, pair.clientSecret, pair.refreshToken);

describe('the official SDK, unchanged', () => {
  test('logs in by the code grant refresh and sees who it is', async () => {
    const scene = await startScene();
    const session = await logIn(await pointSdkAt(scene), scene);
    expect(session).toHaveProperty('refreshToken', expect.any(String));
    expect(session).not.toHaveProperty('refreshToken', scene.pair.refreshToken);
    expect(await new UsersApi().getUsersMe()).toMatchObject({ id: scene.pair.userId });
    expect(await new TokensApi().getTokensMe()).toMatchObject({ OAuthClient: { id: scene.pair.clientId } });
  });

  test('lists the queue, looks the conversation up, fetches media and deletes', async () => {
    const scene = await startScene();
    await logIn(await pointSdkAt(scene), scene);
    const left = scene.leave({ transcription: 'please call back' });
    const voicemail = new VoicemailApi();

    const listing = await voicemail.getVoicemailQueueMessages(scene.queue.id, {
      pageSize: 100,
      pageNumber: 1,
    });
    expect(listing.entities?.map(({ id }) => id)).toEqual([left.messageId]);
    const conversation = await new ConversationsApi().getConversationsCallback(left.conversationId);
    expect(conversation.participants?.[0]?.voicemail).toEqual({
      id: left.messageId,
      uploadStatus: 'complete',
    });
    const message = await voicemail.getVoicemailMessage(left.messageId, { expand: ['transcription'] });
    expect(message).toMatchObject({ transcription: 'please call back', createdDate: left.createdDate });

    const { mediaFileUri = '' } = await voicemail.getVoicemailMessageMedia(left.messageId, {
      formatId: 'WEBM',
    });
    const bytes = Buffer.from(await (await fetch(mediaFileUri)).arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(left.sha256.WEBM);

    await new ConversationsApi().patchConversationsCallback(left.conversationId, {
      state: 'disconnected',
      participants: [],
      startTime: left.createdDate,
    });
    await voicemail.deleteVoicemailMessage(left.messageId);
    expect(scene.genesys.counters()).toMatchObject({
      deletes: { [left.messageId]: 1 },
      disconnects: { [left.conversationId]: 1 },
    });
  });
});
