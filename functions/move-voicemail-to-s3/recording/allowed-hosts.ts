import { isIP } from 'node:net';
import { GENESYS_REGIONS, type GenesysRegion } from '../../shared/genesys-region';
import { PermanentFailureError } from '../errors';

/** Which URLs may serve the audio of a voicemail. */
export interface MediaHostPolicy {
  /** Exact origins that pass as they are; for local runs and tests only. */
  readonly origins: readonly string[];
  /** `media.example.com`, or `*.example.com` for every host below it. None means the region's own and Amazon S3's. */
  readonly hosts: readonly string[];
  readonly region: GenesysRegion;
}

/**
 * The hosts of Amazon S3 in its virtual-hosted and path-style forms, with and without dual stack, and those of its transfer
 * acceleration. Source: "Amazon S3 endpoints and quotas" and "Methods for accessing a bucket" in the AWS documentation.
 */
const AMAZON_S3 =
  /^(?:[a-z0-9][a-z0-9.-]*\.)?(?:s3(?:[.-](?:dualstack\.)?[a-z]{2,4}(?:-[a-z]+)+-\d)?\.amazonaws\.com|s3-accelerate(?:\.dualstack)?\.amazonaws\.com|s3\.(?:dualstack\.)?eusc-[a-z]+-[a-z]+-\d\.amazonaws\.eu)$/;

/** The FIPS endpoints of S3, which FedRAMP asks for. Source: "Amazon S3 endpoints and quotas". */
const AMAZON_S3_FIPS =
  /^(?:[a-z0-9][a-z0-9.-]*\.)?s3-fips\.(?:dualstack\.)?us-(?:gov-)?(?:east|west)-\d\.amazonaws\.com$/;

const matches = (host: string, allowed: string): boolean =>
  allowed.startsWith('*.')
    ? host.endsWith(allowed.slice(1)) && host.length > allowed.length - 1
    : host === allowed;

const isBelow = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

const isAllowedHost = (host: string, { hosts, region }: MediaHostPolicy): boolean =>
  hosts.length > 0
    ? hosts.some((allowed) => matches(host, allowed.toLowerCase()))
    : [region.domain, ...region.otherDomains].some((domain) => isBelow(host, domain)) ||
      AMAZON_S3.test(host) ||
      (region.isFedRamp && AMAZON_S3_FIPS.test(host));

/** Whose host it is may be told; the host itself may echo anything, a token or a number too. */
const OPERATORS: readonly string[] = [
  ...GENESYS_REGIONS.flatMap(({ domain, otherDomains }) => [domain, ...otherDomains]),
  'pure.cloud',
  'genesys.cloud',
  'genesys.com',
  'amazonaws.com',
  'amazonaws.eu',
  'cloudfront.net',
  'akamaihd.net',
  'azureedge.net',
  'windows.net',
  'googleapis.com',
];

const operatorOf = (host: string): string => {
  const domain = OPERATORS.find((one) => isBelow(host, one));
  return domain === undefined ? 'another host' : `a host of ${domain}`;
};

/** The words for what is wrong with a URL; `undefined` where it is allowed. */
const faultOf = (url: URL, policy: MediaHostPolicy): string | undefined => {
  if (url.username !== '' || url.password !== '') {
    return 'carries user information';
  }
  if (policy.origins.includes(url.origin)) {
    return undefined;
  }
  if (url.protocol !== 'https:') {
    return 'is not https';
  }
  if (url.port !== '') {
    return 'names a port other than 443';
  }
  if (url.hostname.startsWith('[') || isIP(url.hostname) !== 0) {
    return 'names an IP address';
  }
  return isAllowedHost(url.hostname, policy) ? undefined : 'names a host that is not allowed';
};

/**
 * Checks a URL that Genesys, or a redirect, names for audio.
 *
 * @param base what a relative redirect is relative to
 * @throws PermanentFailureError `FORBIDDEN_HOST`; the message tells no more of the URL than who runs its host
 */
export const allowedMediaUrl = (text: string, policy: MediaHostPolicy, base?: URL): URL => {
  if (!URL.canParse(text, base?.href)) {
    throw new PermanentFailureError('FORBIDDEN_HOST', 'the media URL cannot be read');
  }
  const url = new URL(text, base);
  const fault = faultOf(url, policy);
  if (fault !== undefined) {
    throw new PermanentFailureError(
      'FORBIDDEN_HOST',
      `the media URL (${operatorOf(url.hostname)}) ${fault}; if the host of the voicemail's mediaFileUri is right, ` +
        'add it to the media hosts and redrive',
    );
  }
  return url;
};
