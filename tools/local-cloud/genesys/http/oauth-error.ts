import { type Answer, jsonAnswer, Refusal } from './answer';

/** An error of the token endpoint, which does not use the platform's shape. */
export class OAuthError extends Refusal {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    error: string,
    description: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(description);
    this.status = status;
    this.error = error;
    this.headers = headers;
  }

  override toAnswer(): Answer {
    return jsonAnswer(
      this.status,
      { error: this.error, description: this.message, error_description: this.message },
      this.headers,
    );
  }
}
