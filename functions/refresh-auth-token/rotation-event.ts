import * as v from 'valibot';
import { RotationRefusedError } from './errors';

const text = v.pipe(v.string(), v.nonEmpty());

/**
 * What Secrets Manager sends to a rotation function.
 *
 * Source: "Lambda rotation functions" in the AWS Secrets Manager user guide; the steps are spelled as real events do.
 */
const rotationEvent = v.object({
  Step: text,
  SecretId: text,
  ClientRequestToken: text,
  RotationToken: v.optional(text),
});

/** A parsed rotation event. */
export interface RotationEvent {
  /** One of the four steps; any other is refused by the checks. */
  readonly step: string;
  /** ARN of the secret. */
  readonly secretId: string;
  /** Id of the version that this rotation makes. */
  readonly versionId: string;
  /** Proves to Secrets Manager who writes, where the function uses an assumed role. Never logged. */
  readonly rotationToken: string | undefined;
}

/** @throws RotationRefusedError that names the first field which is missing or not a text. */
export const parseRotationEvent = (event: unknown): RotationEvent => {
  const parsed = v.safeParse(rotationEvent, event, { abortEarly: true });
  if (!parsed.success) {
    const field = v.getDotPath(parsed.issues[0]) ?? 'the event';
    throw new RotationRefusedError(
      `not a rotation event: ${field} is missing or not a text; expected Step, SecretId and ClientRequestToken; only ` +
        'Secrets Manager invokes this function',
    );
  }
  const { Step, SecretId, ClientRequestToken, RotationToken } = parsed.output;
  return { step: Step, secretId: SecretId, versionId: ClientRequestToken, rotationToken: RotationToken };
};
