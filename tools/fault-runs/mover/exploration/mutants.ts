import type { Mutant } from '../../mutants';
import type { ScenarioName } from './scenarios';

/** A mutant, and the scenarios whose single faults show it. */
export interface MoverMutant extends Mutant {
  readonly scenarios: readonly ScenarioName[];
}

const MOVER = 'move-voicemail-to-s3';

/** A mutant that the exploration has to notice. */
export const MUTANTS: readonly MoverMutant[] = [
  {
    name: 'ids-not-compared',
    effect: 'an answer of Genesys that is about another voicemail is taken for the one that was asked for',
    scenarios: ['plain'],
    patches: [
      {
        file: `${MOVER}/genesys/voicemail.ts`,
        find: 'if (answered !== undefined && answered !== asked) {',
        replace: "if (answered === '') {",
      },
    ],
  },
  {
    name: 'selection-not-checked',
    effect: 'what a conversation names is moved, whoever it belongs to',
    scenarios: ['plain'],
    patches: [
      {
        file: `${MOVER}/voicemail/move.ts`,
        find: 'if (owner === undefined || unselected !== undefined) {',
        replace: 'if (owner === undefined) {',
      },
      {
        file: `${MOVER}/genesys/voicemail.ts`,
        find: 'if (answered !== undefined && answered !== asked) {',
        replace: "if (answered === '') {",
      },
    ],
  },
  {
    name: 'no-audio-stored',
    effect: 'an error page that calls itself a success is stored as a recording',
    scenarios: ['plain'],
    patches: [
      {
        file: `${MOVER}/voicemail/store.ts`,
        find: "if (verdict === 'not-audio') {",
        replace: "if (verdict === 'whole-by-name') {",
      },
    ],
  },
  {
    name: 'cut-audio-stored',
    effect: 'a recording that ends before its own structure does is stored',
    scenarios: ['plain'],
    patches: [
      {
        file: `${MOVER}/voicemail/store.ts`,
        find: "if (verdict === 'cut') {",
        replace: "if (verdict === 'cut-by-name') {",
      },
    ],
  },
  {
    name: 'tombstone-not-seen-before',
    effect: 'an erased voicemail is stored again by a replay of its message',
    scenarios: ['erase'],
    patches: [
      {
        file: `${MOVER}/archive/archive.ts`,
        find: 'isErased: keys.has(tombstone),',
        replace: 'isErased: false,',
      },
      {
        file: `${MOVER}/archive/archive.ts`,
        find: 'await this.refuseErased(place);',
        replace: '',
      },
    ],
  },
  {
    name: 'tombstone-not-seen-after',
    effect: 'an erasure while the voicemail is being stored goes unnoticed',
    scenarios: ['erase'],
    patches: [
      {
        file: `${MOVER}/voicemail/store.ts`,
        find: 'await archive.refuseErased(place);',
        replace: '',
      },
    ],
  },
  {
    name: 'no-wait',
    effect: 'a voicemail that is not there yet counts as absent',
    scenarios: ['late'],
    patches: [
      {
        file: `${MOVER}/message/deliver.ts`,
        find: 'received.firstReceivedMs + settings.VOICEMAIL_WAIT_MS',
        replace: 'received.firstReceivedMs',
      },
      {
        file: `${MOVER}/voicemail/absence.ts`,
        find: 'if (!isWaitOver || !isConfirmed) {',
        replace: 'if (!isWaitOver && sinceMs > 1e12) {',
      },
    ],
  },
  {
    name: 'heir-does-not-act',
    effect: 'what a delivery that died left to do at Genesys is never done',
    scenarios: ['after-store'],
    patches: [
      {
        file: `${MOVER}/voicemail/move.ts`,
        find: 'stored: isRepeat ? { voicemailId, conversationId, isProven } : undefined };',
        replace: 'stored: undefined };',
      },
    ],
  },
  {
    name: 'no-conditional-put',
    effect: 'an object is put over whatever lies under its key',
    scenarios: ['plain'],
    patches: [{ file: `${MOVER}/archive/objects.ts`, find: "      IfNoneMatch: '*',\n", replace: '' }],
  },
];
