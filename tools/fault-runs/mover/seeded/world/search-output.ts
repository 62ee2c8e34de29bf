import type { Message } from '../../../../local-cloud/aws/sqs';
import type { StoredArchive } from './stored-archive';
import { PHONE_NUMBER } from './subjects';
import type { MoverWorld } from './world';

const messageTexts = ({ body, attributes }: Message): readonly string[] => [
  body,
  ...Object.values(attributes).map(({ StringValue = '' }) => StringValue),
];

/** Keys, metadata and sidecars; the audio itself is what it is. */
const archiveTexts = ({ versions }: StoredArchive): readonly string[] =>
  versions.flatMap(({ key, metadata, body }) => [
    key,
    JSON.stringify(metadata),
    ...(key.endsWith('.webm') ? [] : [body.toString('utf8')]),
  ]);

/** Searches everything that a run has put out for what must not be there. */
export const searchOutput = (
  { stack, output }: MoverWorld,
  archive: StoredArchive,
  failures: readonly Message[],
): { readonly secretsInOutput: number; readonly phoneNumbersInOutput: number } => {
  const { genesys, aws } = stack;
  const texts = [
    ...output.texts,
    ...failures.flatMap(messageTexts),
    // EventBridge's dead letter is the whole event, numbers included; only secrets are looked for there.
    ...archiveTexts(archive),
  ];
  const undelivered = aws.sqs.messages(stack.undeliveredQueueArn).flatMap(messageTexts);
  // A signed URL is as good as the recording.
  const secrets = [...genesys.issuedSecrets(), `${genesys.origins.media}/voicemail/`];
  const holdsSecret = (text: string) => secrets.some((secret) => text.includes(secret));
  return {
    secretsInOutput: [...texts, ...undelivered].filter(holdsSecret).length,
    phoneNumbersInOutput: texts.filter((text) => PHONE_NUMBER.test(text)).length,
  };
};
