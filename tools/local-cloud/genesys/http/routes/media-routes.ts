import { isMediaFormatId, MEDIA_CONTENT_TYPES } from '../../recordings/media-formats';
import type { SignatureProblem } from '../../recordings/signed-media-url';
import type { Simulation } from '../../simulation';
import { emptyAnswer, type Route } from '../answer';
import { MediaError } from '../media-error';

const SIGNATURE_ERRORS: Readonly<Record<SignatureProblem, { code: string; message: string }>> = {
  missing: { code: 'AccessDenied', message: 'the URL is not signed' },
  'unknown-parameter': {
    code: 'AccessDenied',
    message: 'the URL has parameters that its signature does not know',
  },
  'wrong-signature': { code: 'SignatureDoesNotMatch', message: 'the signature is not that of this URL' },
  expired: { code: 'AccessDenied', message: 'the URL has expired' },
};

/** The media host: signed URLs, no bearer token. HEAD and ranges are not offered. */
export const mediaRoutes = (simulation: Simulation): readonly Route[] => [
  {
    service: 'media',
    method: 'GET',
    path: '/voicemail/{messageId}/{formatId}',
    handle({ path, params, query, headers }) {
      const { behaviour, clock, mediaUrls, voicemails } = simulation;
      const problem = mediaUrls.check(path, query, clock.now());
      if (problem !== undefined) {
        const { code, message } = SIGNATURE_ERRORS[problem];
        throw new MediaError(403, code, message);
      }
      if (behaviour.mediaRedirectTo !== null) {
        return emptyAnswer(302, { location: behaviour.mediaRedirectTo });
      }
      if (headers.range !== undefined) {
        throw new MediaError(400, 'InvalidRequest', 'this media host does not serve ranges');
      }
      const formatId = params['formatId'] ?? '';
      const audio = isMediaFormatId(formatId)
        ? voicemails.findVisible(params['messageId'] ?? '')?.audio.get(formatId)
        : undefined;
      if (!isMediaFormatId(formatId) || audio === undefined) {
        throw new MediaError(404, undefined, 'there is no such key');
      }
      return { status: 200, headers: { 'content-type': MEDIA_CONTENT_TYPES[formatId] }, body: audio };
    },
  },
];
