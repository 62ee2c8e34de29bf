import { join } from 'node:path';

/** A voicemail of the local run: real speech in one of Genesys' formats. */
export interface VoicemailSample {
  /** Absolute path of the file. */
  readonly path: string;
  /** The `formatId` by which Genesys offers it. */
  readonly format: 'WAV' | 'WEBM';
  readonly contentType: string;
  /** Length of the recording in milliseconds. */
  readonly durationMs: number;
  /** The spoken text. */
  readonly transcription: string;
}

const CALLBACK_REQUEST =
  'Hello, I tried to reach you about the delivery that was due this morning. It has not arrived yet. ' +
  'Please call me back this afternoon. Thank you.';
const OPENING_HOURS =
  'Good evening. Could you tell me whether the shop is open on Sunday? A short call back is enough. Goodbye.';

const sample = (
  file: string,
  format: VoicemailSample['format'],
  durationMs: number,
  transcription: string,
): VoicemailSample => ({
  path: join(__dirname, file),
  format,
  contentType: format === 'WAV' ? 'audio/wav' : 'audio/webm',
  durationMs,
  transcription,
});

/** The voicemails of the local run. `README.md` beside them says how they were made. */
export const VOICEMAIL_SAMPLES: readonly VoicemailSample[] = [
  sample('callback-request.webm', 'WEBM', 9373, CALLBACK_REQUEST),
  sample('callback-request.wav', 'WAV', 9365, CALLBACK_REQUEST),
  sample('opening-hours.webm', 'WEBM', 7351, OPENING_HOURS),
  sample('opening-hours.wav', 'WAV', 7343, OPENING_HOURS),
];
