import { parseGenesysRegion } from '../../../../functions/shared/genesys-region';
import { start, startScene, stopAll } from './helpers';

afterEach(stopAll);

const ORGANIZATION_ID = '11111111-2222-4333-8444-555555555555';

describe('a simulator', () => {
  test('listens on the loopback interface only, each listener on an origin of its own', async () => {
    const { genesys } = await start();
    const origins = Object.values(genesys.origins);
    expect(new Set(origins).size).toBe(4);
    for (const origin of origins) {
      expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    }
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
});
