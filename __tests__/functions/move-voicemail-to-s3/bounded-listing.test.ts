import type {
  GenesysVoicemail,
  MessagePage,
  VoicemailMessage,
} from '../../../functions/move-voicemail-to-s3/genesys/voicemail';
import { inListing } from '../../../functions/move-voicemail-to-s3/voicemail/in-listing';
import { closeWorlds, startWorld } from './mover-world';

afterEach(closeWorlds);

const OWNER = { kind: 'queue', id: '11111111-2222-4333-8444-555555555555' } as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MESSAGES = 40_000;
const PAGE_SIZE = 100;
/** The time of the newest voicemail; each older one is a minute older. */
const NEWEST_MS = Date.UTC(2026, 10, 27);

const messageAt = (age: number): VoicemailMessage => ({
  id: `voicemail-${age}`,
  conversationId: `conversation-${age}`,
  owner: OWNER,
  createdMs: NEWEST_MS - age * MINUTE_MS,
  durationSeconds: 4,
  transcript: undefined,
  isDeleted: false,
});

/** A place in the listing that has nothing to do with a voicemail's age. */
const shuffled = (index: number): number => (index * 7_919) % MESSAGES;

const ORDERS = {
  'newest first': (index: number) => index,
  'oldest first': (index: number) => MESSAGES - 1 - index,
  'newest first but for neighbours': (index: number) => index ^ 1,
  'in no order': shuffled,
} as const;

/** A mailbox of 40,000 voicemails that counts how often it is asked. */
const mailbox = (ageAt: (index: number) => number, isEndless = false) => {
  let calls = 0;
  const page = async (_owner: unknown, pageNumber: number): Promise<MessagePage> => {
    calls += 1;
    const pageCount = MESSAGES / PAGE_SIZE;
    const first = (isEndless ? 0 : pageNumber - 1) * PAGE_SIZE;
    return {
      messages: Array.from({ length: PAGE_SIZE }, (_, index) => messageAt(ageAt(first + index))),
      isLast: !isEndless && pageNumber >= pageCount,
      endsEarly: false,
      pageCount: isEndless ? undefined : pageCount,
    };
  };
  const genesys: Pick<GenesysVoicemail, 'page'> = { page };
  return { genesys, calls: () => calls };
};

test.each(['newest first', 'oldest first', 'newest first but for neighbours'] as const)(
  'in a mailbox of 40,000 that is listed %s each voicemail is found, and each hang-up told, in few calls',
  async (order) => {
    for (const age of [0, 99, 100, 12_345, 39_999]) {
      const { genesys, calls } = mailbox(ORDERS[order]);
      const listed = await inListing(genesys, OWNER, `conversation-${age}`, [messageAt(age).createdMs ?? 0]);
      expect(listed).toEqual({ ready: [`voicemail-${age}`], isConclusive: true });
      expect(calls()).toBeLessThanOrEqual(14);
      const hungUp = mailbox(ORDERS[order]);
      expect(await inListing(hungUp.genesys, OWNER, 'nobody', [messageAt(age).createdMs ?? 0])).toEqual({
        ready: [],
        isConclusive: true,
      });
      expect(hungUp.calls()).toBeLessThanOrEqual(14);
    }
  },
);

test.each([
  ['is listed in no order', false],
  ['never ends', true],
])('a mailbox that %s costs 20 calls, and proves nothing absent', async (_name, isEndless) => {
  const { genesys, calls } = mailbox(ORDERS['in no order'], isEndless);
  expect(await inListing(genesys, OWNER, 'nobody', [NEWEST_MS])).toEqual({ ready: [], isConclusive: false });
  expect(calls()).toBe(20);
});

test('a caller who hung up before a mailbox that cannot be searched ends as a failure that says so', async () => {
  const world = await startWorld({
    variables: { VOICEMAIL_WAIT_MS: '0' },
    behaviour: { requestsPerMinute: 3000 },
  });
  // All of one moment, so that the listing shows no order.
  const createdAtMs = world.clock.now() - 30 * HOUR_MS;
  for (let left = 0; left < 2_200; left += 1) {
    world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 80 } }, createdAtMs });
  }
  const { event } = world.genesys.abandonVoicemail({ queueId: world.queueId });
  world.deliver(event);
  await world.drain();
  expect(world.requests('api GET /api/v2/voicemail/queues/{queueId}/messages')).toBeLessThanOrEqual(40);
  expect(world.outcomes).toEqual(['failed']);
  expect(world.failures).toMatchObject([{ failureClass: 'KEEPS_FAILING' }]);
});

test("the reconcile's own listings of the archive grow with the mail, not with its square", async () => {
  const world = await startWorld({ behaviour: { requestsPerMinute: 3000 } });
  const createdAtMs = world.clock.now() - 3 * HOUR_MS;
  for (let left = 0; left < 1_200; left += 1) {
    world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 80 } }, createdAtMs });
  }
  await world.invoke({ schemaVersion: 1, kind: 'reconcile' });
  expect(world.events).toHaveLength(1_200);
  expect(world.awsCalls('ListObjectsV2')).toBeLessThanOrEqual(3);
});
