import { generatedAudio } from '../../../tools/local-cloud/genesys';

type Format = Parameters<typeof generatedAudio>[1];

/** A whole recording of a format. */
export const recording = (sizeBytes: number, seed = 0, format: Format = 'WEBM'): Buffer =>
  Buffer.concat([...generatedAudio({ sizeBytes, seed }, format).chunks(sizeBytes)]);

/** A whole WebM as a streaming muxer writes it: its segment has no size. */
export const streamedRecording = (sizeBytes: number, seed = 0): Buffer => {
  const bytes = recording(sizeBytes, seed);
  const segmentAt = bytes.indexOf(Buffer.from('18538067', 'hex'));
  bytes.fill(0xff, segmentAt + 5, segmentAt + 12);
  return bytes;
};
