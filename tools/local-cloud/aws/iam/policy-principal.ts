/** Principals of a statement of a resource's policy. Source: IAM User Guide, "AWS JSON policy elements: Principal". */
export type PolicyPrincipal =
  /** `*`: everyone, services included. */
  | { readonly type: 'anyone' }
  /** An account as a whole: it may hand on what it is given. */
  | { readonly type: 'account'; readonly accountId: string }
  | { readonly type: 'role'; readonly arn: string }
  /** For example `events.amazonaws.com`. */
  | { readonly type: 'service'; readonly name: string };

const ACCOUNT = /^(?:arn:aws[a-z-]*:iam::(\d{12}):root|(\d{12}))$/;
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/;

/** @throws RangeError for a text that names no principal; a wildcard stands alone or not at all. */
export const parseAwsPrincipal = (text: string): PolicyPrincipal => {
  if (text === '*') {
    return { type: 'anyone' };
  }
  const [, ofRoot, digits] = ACCOUNT.exec(text) ?? [];
  const accountId = ofRoot ?? digits;
  if (accountId !== undefined) {
    return { type: 'account', accountId };
  }
  if (!ROLE.test(text)) {
    throw new RangeError(
      `the principal ${JSON.stringify(text)} is neither "*", an account nor a role; users, sessions and wildcards are not modelled`,
    );
  }
  return { type: 'role', arn: text };
};

/** @throws RangeError for a text that is no service principal. */
export const parseServicePrincipal = (text: string): PolicyPrincipal => {
  if (!SERVICE.test(text)) {
    throw new RangeError(
      `the principal ${JSON.stringify(text)} is not a service, such as events.amazonaws.com`,
    );
  }
  return { type: 'service', name: text };
};
