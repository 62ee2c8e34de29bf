import * as v from 'valibot';
import type { GenesysBehaviour } from '../../behaviour';
import type { Voicemail } from '../../voicemail-store';
import { type Answer, jsonAnswer } from '../answer';
import { PlatformError } from '../platform-error';
import { positiveInteger } from '../query-values';
import { voicemailMessageJson } from './voicemail-json';

const DEFAULT_PAGE_SIZE = 25;
/** Genesys publishes no maximum for voicemail; 100 is what its other listings allow. */
const MAXIMUM_PAGE_SIZE = 100;

/** The query of every voicemail listing: no order, no filter, no cursor. */
export const listingQuery = v.strictObject({
  pageSize: v.optional(positiveInteger),
  pageNumber: v.optional(positiveInteger),
});

/** A page of voicemails, in the shape of `VoicemailMessageEntityListing`. */
export const listingAnswer = (
  path: string,
  oldestFirst: readonly Voicemail[],
  { pageSize = DEFAULT_PAGE_SIZE, pageNumber = 1 }: v.InferOutput<typeof listingQuery>,
  order: GenesysBehaviour['listingOrder'],
): Answer => {
  if (pageSize > MAXIMUM_PAGE_SIZE) {
    throw new PlatformError(400, 'response.entity.too.large', `pageSize may be at most ${MAXIMUM_PAGE_SIZE}`);
  }
  const ordered = order === 'oldest-first' ? oldestFirst : oldestFirst.toReversed();
  const total = ordered.length;
  const pageCount = Math.ceil(total / pageSize);
  const pageUri = (number: number) => `${path}?pageSize=${pageSize}&pageNumber=${number}`;
  return jsonAnswer(200, {
    entities: ordered
      .slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
      .map((voicemail) => voicemailMessageJson(voicemail, false)),
    pageSize,
    pageNumber,
    total,
    pageCount,
    firstUri: pageUri(1),
    selfUri: pageUri(pageNumber),
    lastUri: pageUri(Math.max(1, pageCount)),
    ...(pageNumber < pageCount ? { nextUri: pageUri(pageNumber + 1) } : {}),
    ...(pageNumber > 1 ? { previousUri: pageUri(pageNumber - 1) } : {}),
  });
};
