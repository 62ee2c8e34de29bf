import * as fc from 'fast-check';
import { parseRetryAfterMs } from '../../../functions/shared/retry-after';

const NOW_MS = Date.UTC(2026, 0, 1);

describe('Retry-After', () => {
  it('in seconds is read as milliseconds', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), (seconds) =>
        expect(parseRetryAfterMs(String(seconds), NOW_MS)).toBe(seconds * 1000),
      ),
    );
  });

  it('as a date is read as the time until then, and a past one as none to wait', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), (seconds) =>
        expect(parseRetryAfterMs(new Date(NOW_MS + seconds * 1000).toUTCString(), NOW_MS)).toBe(
          Math.max(0, seconds * 1000),
        ),
      ),
    );
  });

  it.each([undefined, '', 'soon', '-1', '1.5', '1e3', '2027-01-01', 'Mon'])(
    '%j is not read at all',
    (header) => {
      expect(parseRetryAfterMs(header, NOW_MS)).toBeUndefined();
    },
  );
});
