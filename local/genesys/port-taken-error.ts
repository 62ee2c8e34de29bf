/** A port that the simulator was told to use belongs to another program. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly listener: string;
  readonly host: string;
  readonly port: number;

  constructor(listener: string, host: string, port: number, options?: ErrorOptions) {
    super(
      `port ${port} on ${host}, wanted for the Genesys Cloud simulator's ${listener} listener, is taken; ` +
        'stop the program that holds it, or choose another port (0 takes any free one)',
      options,
    );
    this.listener = listener;
    this.host = host;
    this.port = port;
  }
}
