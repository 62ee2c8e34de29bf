/** The synthesized stack says something that the local run cannot make true. */
export class StackError extends Error {
  override readonly name = 'StackError';
  /** The Terraform address that it is about, for example `aws_sqs_queue.events`. */
  readonly address: string;

  constructor(address: string, problem: string) {
    super(`${address}: ${problem}`);
    this.address = address;
  }
}
