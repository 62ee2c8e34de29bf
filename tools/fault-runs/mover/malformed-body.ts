import type { Draw } from './draw';

/** Bodies that nobody who follows the contract sends; the number of the event makes each one of its kind. */
const BODIES: readonly ((index: number) => string)[] = [
  (index) => `not JSON ${index}`,
  (index) => JSON.stringify({ schemaVersion: 1, kind: 'voicemail-end', number: index }),
  (index) => JSON.stringify({ schemaVersion: 2, kind: 'voicemail', voicemailId: '../../secrets', index }),
  (index) => JSON.stringify([index]),
  (index) => `{"schemaVersion":1,"kind":"voicemail-end","conversationId":,"index":${index}}`,
];

/** The body of a message that is neither event nor queue message. */
export const malformedBody = (draw: Draw, index: number): string =>
  draw.oneOf(BODIES, 'malformed', index)(index);
