import { missingScopes } from '../../../functions/refresh-auth-token/genesys/scopes';

describe('the missing scopes', () => {
  it.each([
    [['voicemail'], ['voicemail'], []],
    [['voicemail:readonly'], ['voicemail:readonly'], []],
    [['voicemail:readonly'], ['voicemail'], []],
    [['voicemail'], ['voicemail:readonly'], ['voicemail']],
    [['voicemail', 'conversations'], ['conversations'], ['voicemail']],
    [['voicemail', 'conversations'], [], ['voicemail', 'conversations']],
    [[], [], []],
  ])('of %j where %j are granted are %j', (demanded, granted, missing) => {
    expect(missingScopes(demanded, granted)).toEqual(missing);
  });
});
