/** One way into the package: the construct for one of the two libraries that synthesize Terraform. */
export interface Entry {
  /** Base name of its files in `dist/package`. */
  readonly name: string;
  /** Packages that the application brings, in the place of those that the source imports. */
  readonly peers: Readonly<Record<SourcePeer, string>>;
}

/** Imports of the construct that no bundle holds: two copies of `constructs` do not work together. */
export type SourcePeer = 'cdktf' | 'constructs' | '@cdktf/provider-aws';

/** Both entries, made from one source: for cdktf, and for cdktn, its successor, which renamed the packages and little else. */
export const ENTRIES: readonly Entry[] = [
  {
    name: 'index',
    peers: { cdktf: 'cdktf', constructs: 'constructs', '@cdktf/provider-aws': '@cdktf/provider-aws' },
  },
  {
    name: 'cdktn',
    peers: { cdktf: 'cdktn', constructs: 'constructs', '@cdktf/provider-aws': '@cdktn/provider-aws' },
  },
];

const SOURCE_PEER = /^(cdktf|constructs|@cdktf\/provider-aws)(?=$|\/)/;

const isSourcePeer = (name: string | undefined): name is SourcePeer =>
  name === 'cdktf' || name === 'constructs' || name === '@cdktf/provider-aws';

/**
 * Imports of an entry in place of the source's.
 *
 * @returns undefined for what is no peer.
 */
export const importedBy = ({ peers }: Entry, specifier: string): string | undefined => {
  const name = SOURCE_PEER.exec(specifier)?.[1];
  return isSourcePeer(name) ? specifier.replace(SOURCE_PEER, peers[name]) : undefined;
};
