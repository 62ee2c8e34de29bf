/** One region of Genesys Cloud: where an organisation lives. */
export interface GenesysRegion {
  /** The AWS region that Genesys names it by, for example `eu-central-1`. */
  readonly awsRegion: string;
  /** The domain of its hosts, for example `mypurecloud.de`: the API is at `api.<domain>`, the login at `login.<domain>`. */
  readonly domain: string;
}

/**
 * Every Genesys Cloud region.
 *
 * Source: `PureCloudRegionHosts` of the official `purecloud-platform-client-v2` 262.0.0, which agrees with the region map
 * of the Genesys Cloud Terraform provider 1.84.1.
 */
export const GENESYS_REGIONS: readonly GenesysRegion[] = [
  { awsRegion: 'us-east-1', domain: 'mypurecloud.com' },
  { awsRegion: 'us-east-2', domain: 'use2.us-gov-pure.cloud' },
  { awsRegion: 'us-west-2', domain: 'usw2.pure.cloud' },
  { awsRegion: 'ca-central-1', domain: 'cac1.pure.cloud' },
  { awsRegion: 'mx-central-1', domain: 'mxc1.pure.cloud' },
  { awsRegion: 'sa-east-1', domain: 'sae1.pure.cloud' },
  { awsRegion: 'eu-west-1', domain: 'mypurecloud.ie' },
  { awsRegion: 'eu-west-2', domain: 'euw2.pure.cloud' },
  { awsRegion: 'eu-central-1', domain: 'mypurecloud.de' },
  { awsRegion: 'eu-central-2', domain: 'euc2.pure.cloud' },
  { awsRegion: 'eusc-de-east-1', domain: 'edee1.eusc-pure.cloud' },
  { awsRegion: 'me-central-1', domain: 'mec1.pure.cloud' },
  { awsRegion: 'ap-south-1', domain: 'aps1.pure.cloud' },
  { awsRegion: 'ap-southeast-1', domain: 'apse1.pure.cloud' },
  { awsRegion: 'ap-southeast-2', domain: 'mypurecloud.com.au' },
  { awsRegion: 'ap-northeast-1', domain: 'mypurecloud.jp' },
  { awsRegion: 'ap-northeast-2', domain: 'apne2.pure.cloud' },
  { awsRegion: 'ap-northeast-3', domain: 'apne3.pure.cloud' },
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
