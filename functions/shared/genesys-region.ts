/** One region of Genesys Cloud: where an organization lives. */
export interface GenesysRegion {
  /** The AWS region that Genesys names it by, for example `eu-central-1`. */
  readonly awsRegion: string;
  /** The domain of its hosts, for example `mypurecloud.de`: the API is at `api.<domain>`, the login at `login.<domain>`. */
  readonly domain: string;
  /** Further domains of the region, under which hosts other than the API and the login are found. */
  readonly otherDomains: readonly string[];
  /** Whether its hosts are those of FedRAMP, where AWS's are the FIPS endpoints. */
  readonly isFedRamp: boolean;
}

const region = (
  awsRegion: string,
  domain: string,
  { otherDomains = [], isFedRamp = false }: Partial<Omit<GenesysRegion, 'awsRegion' | 'domain'>> = {},
): GenesysRegion => ({ awsRegion, domain, otherDomains, isFedRamp });

/**
 * Every Genesys Cloud region. The oldest ones have two domains: their own, and one below `pure.cloud` like the newer ones.
 *
 * Source: `PureCloudRegionHosts` of the official `purecloud-platform-client-v2` 262.0.0, which agrees with the region map
 * of the Genesys Cloud Terraform provider 1.84.1.
 */
export const GENESYS_REGIONS: readonly GenesysRegion[] = [
  region('us-east-1', 'mypurecloud.com', { otherDomains: ['use1.pure.cloud'] }),
  region('us-east-2', 'use2.us-gov-pure.cloud', { isFedRamp: true }),
  region('us-west-2', 'usw2.pure.cloud'),
  region('ca-central-1', 'cac1.pure.cloud'),
  region('mx-central-1', 'mxc1.pure.cloud'),
  region('sa-east-1', 'sae1.pure.cloud'),
  region('eu-west-1', 'mypurecloud.ie', { otherDomains: ['euw1.pure.cloud'] }),
  region('eu-west-2', 'euw2.pure.cloud'),
  region('eu-central-1', 'mypurecloud.de', { otherDomains: ['euc1.pure.cloud'] }),
  region('eu-central-2', 'euc2.pure.cloud'),
  region('eusc-de-east-1', 'edee1.eusc-pure.cloud'),
  region('me-central-1', 'mec1.pure.cloud'),
  region('ap-south-1', 'aps1.pure.cloud'),
  region('ap-southeast-1', 'apse1.pure.cloud'),
  region('ap-southeast-2', 'mypurecloud.com.au', { otherDomains: ['apse2.pure.cloud'] }),
  region('ap-northeast-1', 'mypurecloud.jp', { otherDomains: ['apne1.pure.cloud'] }),
  region('ap-northeast-2', 'apne2.pure.cloud'),
  region('ap-northeast-3', 'apne3.pure.cloud'),
];

/** A region that Genesys Cloud does not have. */
export class UnknownGenesysRegionError extends Error {
  override readonly name = 'UnknownGenesysRegionError';
  /** What was given. */
  readonly value: string;

  constructor(value: string) {
    const allowed = GENESYS_REGIONS.map(({ awsRegion, domain }) => `${awsRegion} (${domain})`).join(', ');
    super(
      `unknown Genesys Cloud region ${JSON.stringify(value.slice(0, 80))}; allowed, by either name: ${allowed}`,
    );
    this.value = value;
  }
}

/**
 * Finds a region by its AWS region id or by its domain.
 *
 * @throws UnknownGenesysRegionError where Genesys Cloud has no such region; its message lists them all.
 */
export const parseGenesysRegion = (value: string): GenesysRegion => {
  const region = GENESYS_REGIONS.find(({ awsRegion, domain }) => value === awsRegion || value === domain);
  if (region === undefined) {
    throw new UnknownGenesysRegionError(value);
  }
  return region;
};
