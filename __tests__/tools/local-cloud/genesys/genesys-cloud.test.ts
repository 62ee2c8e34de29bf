import { createServer } from 'node:http';
import { parseGenesysRegion } from '../../../../functions/shared/genesys-region';
import { MovableClock } from '../../../../tools/local-cloud/clock';
import { startGenesysCloud } from '../../../../tools/local-cloud/genesys';
import { PortTakenError } from '../../../../tools/local-cloud/listen';
import { refusal, start, startScene, stopAll } from './helpers';

afterEach(stopAll);

const ORGANIZATION_ID = '11111111-2222-4333-8444-555555555555';

/** A server of somebody else's, on any port that was free. */
const holdPort = async (): Promise<{ port: number; release(): Promise<unknown> }> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    release: () => new Promise((resolve) => server.close(resolve)),
  };
};

describe('a simulator', () => {
  test('listens on the loopback interface only, each listener on an origin of its own', async () => {
    const { genesys } = await start();
    const origins = Object.values(genesys.origins);
    expect(new Set(origins).size).toBe(5);
    for (const origin of origins) {
      expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    }
  });

  test('takes the ports that it is given', async () => {
    const holder = await holdPort();
    await holder.release();
    const { genesys } = await start({ ports: { media: holder.port } });
    expect(genesys.origins.media).toBe(`http://127.0.0.1:${holder.port}`);
  });

  test('says which port is taken by another, and leaves nothing running then', async () => {
    const [free, taken] = [await holdPort(), await holdPort()];
    await free.release();
    try {
      const refused = startGenesysCloud({
        clock: new MovableClock(),
        ports: { login: free.port, media: taken.port },
      });
      await expect(refused).rejects.toThrow(PortTakenError);
      await expect(refused).rejects.toThrow(
        `the Genesys Cloud simulator (media) cannot listen on 127.0.0.1:${taken.port}`,
      );
      const { genesys } = await start({ ports: { login: free.port } });
      expect(genesys.origins.login).toBe(`http://127.0.0.1:${free.port}`);
    } finally {
      await taken.release();
    }
  });

  test('shares nothing with another one', async () => {
    const [one, other] = [await startScene(), await startScene()];
    const init = { headers: { authorization: `Bearer ${one.pair.accessToken}` } };
    expect(await refusal(await other.api('/api/v2/tokens/me', init))).toEqual([401, 'bad.credentials']);
    expect(one.genesys.counters().requestsByRoute).toEqual({});
  });

  test('stops answering once it is closed', async () => {
    const { genesys, api } = await startScene();
    await api('/api/v2/tokens/me');
    await genesys.close();
    await expect(api('/api/v2/tokens/me')).rejects.toThrow();
  });

  test('answers for login and API on one gateway, each in its own manner', async () => {
    const { genesys } = await start();
    const { gateway } = genesys.origins;
    expect(await (await fetch(`${gateway}/oauth/token`, { method: 'POST' })).json()).toHaveProperty(
      'error_description',
    );
    expect(await refusal(await fetch(`${gateway}/api/v2/tokens/me`))).toEqual([
      401,
      'authentication.required',
    ]);
    expect(await refusal(await fetch(`${gateway}/api/v2/nowhere`))).toEqual([404, 'not.found']);
    expect(await (await fetch(`${gateway}/nowhere`)).json()).toHaveProperty('error_description');
  });

  test('refuses an event source name that Genesys Cloud does not have', async () => {
    const integration = { eventSourceName: 'aws.partner/example.com/cloud' };
    await expect(startGenesysCloud({ clock: new MovableClock(), integration })).rejects.toThrow(
      'is not of the form',
    );
  });
});

describe('the voicemail.end event', () => {
  test('has the envelope and the body that EventBridge hands to a rule', async () => {
    const eventSourceName = `aws.partner/genesys.com/cloud/${ORGANIZATION_ID}/voicemail`;
    const scene = await startScene({
      region: parseGenesysRegion('eu-west-2'),
      integration: { eventSourceName, awsAccountId: '210987654321' },
    });
    const { event, conversationId, createdDate } = scene.leave({ callerAddress: 'tel:+15550123' });
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(event).toEqual({
      version: '0',
      id: uuid,
      'detail-type': 'v2.detail.events.conversation.{id}.voicemail.end',
      source: eventSourceName,
      account: '210987654321',
      time: `${createdDate.slice(0, 19)}Z`,
      region: 'eu-west-2',
      resources: [],
      detail: {
        topicName: `v2.detail.events.conversation.${conversationId}.voicemail.end`,
        version: '2',
        eventBody: {
          eventTime: Date.parse(createdDate),
          conversationId,
          participantId: uuid,
          sessionId: uuid,
          disconnectType: 'CLIENT',
          mediaType: 'VOICE',
          provider: 'Edge',
          direction: 'INBOUND',
          ani: 'tel:+15550123',
          dnis: 'tel:+15550101',
          queueId: scene.queue.id,
          divisionId: uuid,
          voicemailDurationMs: 12_345,
        },
        metadata: { CorrelationId: uuid },
        timestamp: createdDate,
      },
    });
  });

  test('names the user of a direct voicemail, and nobody for a group', async () => {
    const scene = await startScene();
    const direct = scene.leave({ userId: scene.pair.userId }).event.detail.eventBody;
    expect(direct).toHaveProperty('userId', scene.pair.userId);
    expect(direct).not.toHaveProperty('queueId');
    const group = scene.leave({ groupId: scene.genesys.createGroup().id }).event.detail.eventBody;
    expect(group).not.toHaveProperty('userId');
    expect(group).not.toHaveProperty('queueId');
  });
});
