import * as fc from 'fast-check';
import { continues, newestPair, withGrant } from '../../../functions/refresh-auth-token/secret/token-pair';
import type { TokenSecret } from '../../../functions/shared/token-secret';

const text = fc.string({ minLength: 1 });
const pair: fc.Arbitrary<TokenSecret> = fc.record({
  clientId: text,
  clientSecret: text,
  accessToken: text,
  refreshToken: text,
  note: text,
});

/** The pairs of a person's login and of the grants that follow, each refresh token another. */
const chainOf = (first: TokenSecret, length: number): TokenSecret[] => {
  const chain = [first];
  for (let grant = 1; grant <= length; grant += 1) {
    const last = chain.at(-1) ?? first;
    chain.push(
      withGrant(
        last,
        { accessToken: `access ${grant}`, refreshToken: `${first.refreshToken} ${grant}` },
        first,
      ),
    );
  }
  return chain;
};

describe('the newest pair', () => {
  it('is the last of any number of grants since AWSCURRENT was written', () => {
    fc.assert(
      fc.property(pair, fc.integer({ min: 1, max: 5 }), (current, grants) => {
        const latest = chainOf(current, grants).at(-1);

        expect(newestPair(current, latest)).toMatchObject({
          accessToken: latest?.accessToken,
          refreshToken: latest?.refreshToken,
        });
      }),
    );
  });

  it('is AWSCURRENT once a person has written another pair there, whatever LATEST_GRANT holds', () => {
    fc.assert(
      fc.property(pair, pair, fc.integer({ min: 1, max: 5 }), (old, own, grants) => {
        fc.pre(old.refreshToken !== own.refreshToken);

        expect(newestPair(own, chainOf(old, grants).at(-1))).toEqual(own);
      }),
    );
  });

  it('is AWSCURRENT after the last grant became AWSCURRENT', () => {
    fc.assert(
      fc.property(pair, fc.integer({ min: 1, max: 5 }), (first, grants) => {
        const latest = chainOf(first, grants).at(-1) ?? first;

        expect(newestPair(latest, latest)).toEqual(latest);
      }),
    );
  });

  it('is AWSCURRENT where there is no LATEST_GRANT', () => {
    fc.assert(fc.property(pair, (current) => expect(newestPair(current, undefined)).toEqual(current)));
  });

  it('takes everything but the tokens from AWSCURRENT', () => {
    fc.assert(
      fc.property(pair, text, text, (current, clientSecret, note) => {
        const latest = chainOf(current, 1).at(-1);
        const changed = { ...current, clientSecret, note };

        expect(newestPair(changed, latest)).toMatchObject({ clientId: current.clientId, clientSecret, note });
      }),
    );
  });
});

describe('a pending pair', () => {
  it('may become AWSCURRENT while AWSCURRENT is the pair that it goes back to', () => {
    fc.assert(
      fc.property(pair, fc.integer({ min: 1, max: 5 }), (current, grants) =>
        expect(chainOf(current, grants).every((pending) => continues(pending, current))).toBe(true),
      ),
    );
  });

  it('may not once a person has written another pair there', () => {
    fc.assert(
      fc.property(pair, pair, fc.integer({ min: 1, max: 5 }), (old, own, grants) => {
        fc.pre(!own.refreshToken.startsWith(old.refreshToken));

        expect(chainOf(old, grants).some((pending) => continues(pending, own))).toBe(false);
      }),
    );
  });

  it('may not once a person has changed another key there', () => {
    fc.assert(
      fc.property(pair, text, (current, note) => {
        fc.pre(note !== current['note']);
        const pending = chainOf(current, 1).at(-1) ?? current;

        expect(continues(pending, { ...current, note })).toBe(false);
      }),
    );
  });
});

describe('a grant without a refresh token', () => {
  it('keeps the old one', () => {
    fc.assert(
      fc.property(pair, text, (current, accessToken) =>
        expect(withGrant(current, { accessToken, refreshToken: undefined }, current)).toMatchObject({
          ...current,
          accessToken,
        }),
      ),
    );
  });
});
