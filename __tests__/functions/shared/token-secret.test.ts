import * as fc from 'fast-check';
import { ConfigurationInvalidError } from '../../../functions/shared/errors';
import {
  fingerprintOf,
  NotAuthorizedYetError,
  parseTokenSecret,
  secretTextOf,
} from '../../../functions/shared/token-secret';

const KEYS = ['clientId', 'clientSecret', 'accessToken', 'refreshToken'] as const;
const text = fc.stringMatching(/^[!-~]+( [!-~]+)*$/);
const content = fc.record({
  clientId: text,
  clientSecret: text,
  accessToken: text,
  refreshToken: text,
  other: fc.jsonValue(),
});

describe('the token secret', () => {
  it('is parsed with every key that it has', () => {
    fc.assert(
      fc.property(content, (secret) =>
        expect(parseTokenSecret(JSON.stringify(secret))).toEqual(JSON.parse(JSON.stringify(secret))),
      ),
    );
  });

  it.each(KEYS)('is parsed without what nobody sees around %s', (key) => {
    const secret = { clientId: 'c', clientSecret: 's', accessToken: 'a', refreshToken: 'r' };
    const pasted = JSON.stringify({
      ...secret,
      [key]: `\u200e\n\u00a0\ufeff${secret[key]}\u200b\u2060 \r\n\0`,
    });
    expect(parseTokenSecret(pasted)).toEqual(secret);
  });

  it.each(KEYS)('is refused with a character within %s that cannot be sent, by its name', (key) => {
    const secret = { clientId: 'cc', clientSecret: 'ss', accessToken: 'aa', refreshToken: 'rr' };
    for (const odd of ['\u200b', '\u2060', '\n', 'é']) {
      const text = JSON.stringify({ ...secret, [key]: `a${odd}a` });
      expect(() => parseTokenSecret(text)).toThrow(ConfigurationInvalidError);
      expect(() => parseTokenSecret(text)).toThrow(key);
    }
  });

  it.each(KEYS)('is refused without %s, by its name', (key) => {
    const { [key]: _, ...rest } = { clientId: 'c', clientSecret: 's', accessToken: 'a', refreshToken: 'r' };
    expect(() => parseTokenSecret(JSON.stringify(rest))).toThrow(ConfigurationInvalidError);
    expect(() => parseTokenSecret(JSON.stringify(rest))).toThrow(key);
  });

  it('never throws anything but its two errors, and never quotes a value', () => {
    const value = 'quoted-value';
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.constant(undefined)), (secret) => {
        try {
          parseTokenSecret(secret === undefined ? undefined : `${secret}${value}`);
        } catch (error) {
          expect(error instanceof ConfigurationInvalidError || error instanceof NotAuthorizedYetError).toBe(
            true,
          );
          expect(String(error)).not.toContain(value);
        }
      }),
    );
  });

  it.each([
    undefined,
    '',
    ' \n',
    '{}',
    '{"clientId":"c","clientSecret":"s"}',
    '{"accessToken":"","refreshToken":null}',
    '{"accessToken":" ","refreshToken":"\\n\u200b"}',
  ])('is not authorized yet when it is %j', (secret) => {
    expect(() => parseTokenSecret(secret)).toThrow(NotAuthorizedYetError);
  });

  it.each(['[]', '[{}]', 'null', '1', '"text"', '{'])('is refused when it is %s', (secret) => {
    expect(() => parseTokenSecret(secret)).toThrow(ConfigurationInvalidError);
  });

  it('is refused when it holds bytes', () => {
    expect(() => secretTextOf({ SecretBinary: new Uint8Array(1) })).toThrow(/SecretBinary/);
    expect(secretTextOf({ SecretString: 'text' })).toBe('text');
    expect(secretTextOf({})).toBeUndefined();
  });
});

it('a fingerprint is the lower-case hex SHA-256 of the refresh token', () => {
  // FIPS 180-2, appendix B.1.
  expect(fingerprintOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
