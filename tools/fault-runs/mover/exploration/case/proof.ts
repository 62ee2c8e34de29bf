import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { OutsideCall } from '../../../../local-cloud/faults';
import type { Holding, SourceVoicemail, World } from './world';

const sidecarSchema = v.object({
  sha256: v.string(),
  sizeBytes: v.number(),
  wholeness: v.optional(v.literal('unproven')),
});

/** A recording as the archive describes it. */
export type Content = 'nothing' | 'right' | 'unproven' | 'wrong';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Compares what the archive holds of a voicemail with the recording at its source. */
export const contentOf = ({ audio, sidecars }: Holding, source: SourceVoicemail): Content => {
  const claims = sidecars.map(({ body }) => v.safeParse(sidecarSchema, JSON.parse(body.toString('utf8'))));
  const isAudioRight = audio.every(({ body }) => sha256(body) === source.sha256);
  const isTold = claims.every(
    (claim) =>
      claim.success &&
      audio.every(
        ({ body }) => claim.output.sha256 === sha256(body) && claim.output.sizeBytes === body.length,
      ),
  );
  const isUnproven = claims.some((claim) => claim.success && claim.output.wholeness === 'unproven');
  // Every recording here proves itself whole, so that one which is not cannot be excused as unproven.
  if (!isTold || !isAudioRight) {
    return 'wrong';
  }
  if (audio.length === 0 || sidecars.length === 0) {
    // Audio without its sidecar is not stored yet.
    return 'nothing';
  }
  return isUnproven ? 'unproven' : 'right';
};

/** Whether a call fetches, changes or stores a voicemail outside of the selection. Reading its description is no touch. */
export const touchesOutside = ({ operation, resource }: OutsideCall, { outside }: World): boolean =>
  operation !== 'GET /api/v2/voicemail/messages/{messageId}' &&
  operation !== 'GET /api/v2/conversations/callbacks/{conversationId}' &&
  operation !== 'HeadObject' &&
  (resource.includes(outside.id) ||
    // To end a callback that is also the other voicemail's is to touch that one.
    resource.includes(outside.conversationId));

/** Whether a call deletes nothing at Genesys, or only what is proven to lie whole in the archive. */
export const isDeletionProven = ({ operation }: OutsideCall, world: World): boolean =>
  operation !== 'DELETE /api/v2/voicemail/messages/{messageId}' ||
  (world.voicemail !== undefined && contentOf(world.holdingOf(world.voicemail), world.voicemail) === 'right');
