/** Whether a granted scope covers a demanded one. A whole scope, such as `voicemail`, includes `voicemail:readonly`. */
const covers = (granted: string, demanded: string): boolean =>
  granted === demanded || `${granted}:readonly` === demanded;

/** The demanded scopes that no granted one covers. */
export const missingScopes = (demanded: readonly string[], granted: readonly string[]): readonly string[] =>
  demanded.filter((scope) => !granted.some((grantedScope) => covers(grantedScope, scope)));
