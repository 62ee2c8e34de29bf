/** What a person does in the browser, by plain HTTP. */
export interface Person {
  readonly email: string;
  readonly password: string;
  /** @default allow */
  readonly decision?: 'allow' | 'deny';
  /** Changes the URL with which the browser comes back. */
  readonly comeBack?: (url: URL) => void;
}

/**
 * Logs in at the simulator's login page and decides there.
 *
 * @returns status and text of the page that ends it
 * @throws with the login page's own words, where it does not lead back
 */
export const browse = async (person: Person, loginUrl: string): Promise<string> => {
  const submit = (path: string, form: Record<string, string>) =>
    fetch(new URL(path, loginUrl), { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
  const loginPage = await (await fetch(loginUrl)).text();
  const [, session] = / name="session" value="([^"]+)"/.exec(loginPage) ?? [];
  if (session === undefined) {
    throw new Error(
      `there is no login: ${loginPage.replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, ' ').trim()}`,
    );
  }
  await submit('/oauth/login', { session, email: person.email, password: person.password });
  const answer = await submit('/oauth/consent', { session, decision: person.decision ?? 'allow' });
  const back = new URL(answer.headers.get('location') ?? '');
  person.comeBack?.(back);
  const page = await fetch(back);
  return `${page.status} ${await page.text()}`;
};
