import { join } from 'node:path';
import {
  type MeasuredStack,
  VoicemailNotStoredError,
  withMeasuredStack,
} from '../../../tools/bench/local-stack/measured-stack';
import { moveByEvent, moveByName } from './calls-of-a-move';

const PROJECT = join(__dirname, '../../..');

const CALLS_OF_A_WARM_MOVE = { 'genesys-api': 3, media: 1, s3: 4, 'secrets-manager': 0, other: 0 };

let measured: MeasuredStack;
let queueId = '';
let endStack = (): void => {};
let stackEnded: Promise<void>;

// Both tests use one: building, synthesizing and starting it takes more than they do.
beforeAll(
  () =>
    new Promise<void>((started, failed) => {
      stackEnded = withMeasuredStack(PROJECT, {}, async (stack) => {
        measured = stack;
        [queueId = ''] = stack.stack.queueIds;
        started();
        await new Promise<void>((end) => {
          endStack = end;
        });
      });
      stackEnded.catch(failed);
    }),
  60_000,
);
afterAll(() => {
  endStack();
  return stackEnded;
});

test('a warm move takes three Genesys calls, one download, two writes to S3 with a look before and after, and two Genesys calls where the message names it', async () => {
  // 250 unread: three pages of a listing.
  for (let number = 0; number < 250; number += 1) {
    measured.leave(queueId);
  }
  const cold = await moveByEvent(measured, queueId);
  // The local S3 answers 403 to a HeadObject of what is not there: a container asks that once, and then lists.
  expect(cold).toEqual({ ...CALLS_OF_A_WARM_MOVE, s3: 5, 'secrets-manager': 1 });
  expect(await moveByEvent(measured, queueId)).toEqual(CALLS_OF_A_WARM_MOVE);
  expect(await moveByName(measured, queueId)).toEqual({
    ...CALLS_OF_A_WARM_MOVE,
    'genesys-api': 2,
    // What a message names may have come before, so it is looked for first.
    s3: 5,
  });

  measured.stack.genesys.changeBehaviour({ conversationLookup: 'forbidden' });
  // One conversation may be refused for its division; three say that the token may read none.
  for (const conversation of ['one', 'two', 'three']) {
    const refused = await moveByEvent(measured, queueId);
    expect([conversation, refused['genesys-api']]).toEqual([conversation, 1 + 3 + 2]);
  }
  expect((await moveByEvent(measured, queueId))['genesys-api']).toBe(3 + 2);
});

test('a voicemail that is not stored is no measurement', async () => {
  measured.stack.genesys.injectFault({
    service: 'media',
    times: 10,
    fault: { effect: 'none', answer: { kind: 'error', status: 503 } },
  });
  await expect(moveByEvent(measured, queueId)).rejects.toThrow(VoicemailNotStoredError);
});
