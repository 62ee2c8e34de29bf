/** Everything that the function printed in a case, its errors included, and the secrets that must not be in it. */
export class FunctionOutput {
  readonly #lines: string[] = [];
  readonly #secrets = new Map<string, string>();

  print(text: string): void {
    this.#lines.push(text);
  }

  /** Names a secret that the function knows. */
  addSecret(what: string, secret: string): void {
    this.#secrets.set(secret, what);
  }

  /** Whether something was printed, such as a metric's name. */
  includes(text: string): boolean {
    return this.#lines.some((line) => line.includes(text));
  }

  /** Text that was printed and must not have been. */
  get leaks(): readonly string[] {
    const text = this.#lines.join('\n');
    const leaked = [...this.#secrets].filter(([secret]) => text.includes(secret)).map(([, what]) => what);
    return [...new Set(leaked)];
  }
}
