import { readFileSync, statSync } from 'node:fs';
import { VOICEMAIL_SAMPLES } from '../../../../tools/local-cloud/voicemails';

const samplesOf = (format: 'WAV' | 'WEBM') => VOICEMAIL_SAMPLES.filter((sample) => sample.format === format);

describe('the voicemails of the local run', () => {
  test.each(samplesOf('WAV'))(
    '$path is telephone WAV of the length that its description says',
    ({ path, durationMs }) => {
      const file = readFileSync(path);

      expect(file.toString('latin1', 0, 4)).toBe('RIFF');
      expect(file.toString('latin1', 8, 16)).toBe('WAVEfmt ');
      expect({
        codec: file.readUInt16LE(20),
        channels: file.readUInt16LE(22),
        sampleRate: file.readUInt32LE(24),
        bitsPerSample: file.readUInt16LE(34),
      }).toEqual({ codec: 1, channels: 1, sampleRate: 8000, bitsPerSample: 16 });
      const dataBytes = file.readUInt32LE(file.indexOf('data') + 4);
      expect(Math.round(dataBytes / 16)).toBe(durationMs);
    },
  );

  test.each(samplesOf('WEBM'))('$path is WebM with an Opus track', ({ path }) => {
    const file = readFileSync(path);

    expect(file.readUInt32BE(0)).toBe(0x1a45dfa3);
    expect(file.includes('webm')).toBe(true);
    expect(file.includes('OpusHead')).toBe(true);
  });

  test('every one of them is between five and ten seconds long, and says what it says', () => {
    for (const { durationMs, transcription } of VOICEMAIL_SAMPLES) {
      expect(durationMs).toBeGreaterThan(5_000);
      expect(durationMs).toBeLessThan(10_000);
      expect(transcription).toMatch(/\w+ \w+/);
      expect(transcription).not.toMatch(/\d/);
    }
  });

  test('all of them together stay under 400 KB', () => {
    const bytes = VOICEMAIL_SAMPLES.reduce((sum, { path }) => sum + statSync(path).size, 0);

    expect(bytes).toBeLessThan(400_000);
  });
});
