/** A voicemail that no caller could leave. */
export class VoicemailRefusedError extends Error {
  override readonly name = 'VoicemailRefusedError';

  constructor(problem: string) {
    super(`cannot leave this voicemail: ${problem}`);
  }
}

/** A first pair that Genesys Cloud would not grant. */
export class RefreshTokenNotIssuedError extends Error {
  override readonly name = 'RefreshTokenNotIssuedError';

  constructor(problem: string) {
    super(`Genesys Cloud issues no refresh token here: ${problem}`);
  }
}
