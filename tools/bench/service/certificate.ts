import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A certificate for 127.0.0.1 that signs itself, as paths of PEM files. */
export interface Certificate {
  readonly keyPath: string;
  readonly certificatePath: string;
}

/** The certificate could not be made. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';

  constructor(options: ErrorOptions) {
    super(
      'no certificate could be made; expected the program openssl 1.1.1 or newer in the PATH; install it',
      options,
    );
  }
}

/**
 * Makes a certificate that is good for a day. Node can make keys and read certificates, but not make one.
 *
 * @param folder where the two files go; whoever made it removes it
 * @throws CertificateError where openssl is missing or fails.
 */
export const makeCertificate = (folder: string): Certificate => {
  const keyPath = join(folder, 'key.pem');
  const certificatePath = join(folder, 'certificate.pem');
  // prettier-ignore
  const command = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '1',
  ];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  try {
    execFileSync('openssl', [...command, ...names, '-keyout', keyPath, '-out', certificatePath], {
      stdio: 'pipe',
    });
  } catch (error) {
    throw new CertificateError({ cause: error });
  }
  return { keyPath, certificatePath };
};
