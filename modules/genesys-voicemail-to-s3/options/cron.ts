/*
 * AWS's cron expressions: cron(<minute> <hour> <day of month> <month> <day of week> <year>), in UTC. Exactly one of the two
 * days is `?`. Sources: "Cron expressions reference" of EventBridge, "Rotation schedules" of Secrets Manager.
 */

/** A name as AWS reads it, in any case: `MON`, `mon`. */
const inAnyCase = (name: string): string =>
  [...name].map((letter) => `[${letter}${letter.toLowerCase()}]`).join('');

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A field of numbers: lists, ranges and steps, and the names of the numbers where they have some. */
const field = (number: string, names: readonly string[] = [], special: readonly string[] = []): string => {
  const value = `(?:${[number, ...names.map(inAnyCase)].join('|')})`;
  const forms = [
    `(?:\\*|${value}(?:-${value})?)(?:/0*[1-9][0-9]{0,3})?`,
    ...special.map((form) => form.replaceAll('<value>', value)),
  ];
  return `(?:${forms.join('|')})(?:,(?:${forms.join('|')}))*`;
};

const YEAR = '(?:19[7-9][0-9]|2(?:0[0-9]{2}|1[0-9]{2}))';
const YEARS = `(?:\\*|${YEAR}(?:-${YEAR})?)(?:/[1-9][0-9]{0,2})?`;

const cron = (minute: string, dayOfMonth: string, month: string, dayOfWeek: string, year: string): string =>
  `cron\\(${minute} ${field('[01]?[0-9]|2[0-3]')} (?:(?:${dayOfMonth}) (?:${month}) \\?|\\? (?:${month}) (?:${dayOfWeek})) ${year}\\)`;

const DAY_OF_MONTH = '0?[1-9]|[12][0-9]|3[01]';
const MONTH = field('0?[1-9]|1[0-2]', MONTHS);
const WEEKDAY = field('0?[1-7]', DAYS, ['L', '<value>L', '<value>#[1-5]']);

/** EventBridge's cron: a minute is its finest step. */
export const EVENTS_CRON = cron(
  field('[0-5]?[0-9]'),
  field(DAY_OF_MONTH, [], ['LW?', '<value>W', 'L-(?:[1-9]|[12][0-9]|30)']),
  MONTH,
  WEEKDAY,
  `${YEARS}(?:,${YEARS})*`,
);

/** Secrets Manager's cron: windows open on the hour, in every year. */
export const ROTATION_CRON = cron('0', field(DAY_OF_MONTH, [], ['L']), MONTH, WEEKDAY, '\\*');

/** When rotations start, as far as it matters how far apart they are. */
export interface RotationTimes {
  /** Hours between two rotations where they are closest. */
  readonly shortestHours: number;
  /** Hours between two rotations where they are farthest apart. */
  readonly longestHours: number;
  /** The last hour of a day at which a rotation starts; 0 for a rate. */
  readonly latestHour: number;
}

/** The numbers that a field of lists, ranges and steps means; empty for a form that names no number. */
const numbersIn = (text: string, least: number, most: number): readonly number[] => {
  const span = most - least + 1;
  const isIn = (number: number, part: string): boolean => {
    const [range = '', step] = part.split('/');
    const [first = '', last] = range === '*' ? [String(least), String(most)] : range.split('-');
    const from = Number(first);
    const to = Number(last ?? (step === undefined ? first : most));
    const offset = (number - from + span) % span;
    return offset <= (to - from + span) % span && offset % Number(step ?? 1) === 0;
  };
  return Array.from({ length: span }, (_, index) => least + index).filter((number) =>
    text.split(',').some((part) => isIn(number, part)),
  );
};

const withNumbers = (text: string, names: readonly string[]): string =>
  names.reduce((numbered, name, index) => numbered.replaceAll(name, String(index + 1)), text.toUpperCase());

/** The most days between two that are named, of days that follow each other round and round. */
const longestGap = (named: readonly number[], span: number): number =>
  named.length === 0
    ? Number.POSITIVE_INFINITY
    : Math.max(
        ...named.map((day, index) => {
          const next = named[index + 1];
          return next === undefined ? (named[0] ?? day) + span - day : next - day;
        }),
      );

/** The most days from one rotation to the next, over months of every length. */
const daysApart = (dayOfMonth: string, month: string, dayOfWeek: string): number => {
  if (numbersIn(withNumbers(month, MONTHS), 1, 12).length < 12) {
    return Number.POSITIVE_INFINITY;
  }
  if (dayOfMonth === '?') {
    return longestGap(numbersIn(withNumbers(dayOfWeek, DAYS), 1, 7), 7);
  }
  const days = numbersIn(dayOfMonth, 1, 31);
  return Math.max(
    ...[28, 29, 30, 31].map((length) =>
      longestGap(
        days.filter((day) => day <= length),
        length,
      ),
    ),
  );
};

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const PER_DAY: Readonly<Record<string, number>> = { minute: 1_440, hour: 24, day: 1 };

/** The most days between two times of a schedule of EventBridge; 0 for forms such as the last Friday, which are not counted. */
export const mostDaysApart = (schedule: string): number => {
  const [, count, unit = ''] = RATE.exec(schedule) ?? [];
  if (count !== undefined) {
    return Number(count) / (PER_DAY[unit] ?? 1);
  }
  const [, , dayOfMonth = '', month = '', dayOfWeek = ''] = schedule.split(' ');
  return /[LW#]/.test(dayOfMonth + withNumbers(dayOfWeek, DAYS))
    ? 0
    : daysApart(dayOfMonth, month, dayOfWeek);
};

/** Reads a schedule that Secrets Manager takes; undefined for any other text. */
export const rotationTimes = (schedule: string): RotationTimes | undefined => {
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule) ?? [];
  if (count !== undefined) {
    const hours = Number(count) * (unit === 'day' ? 24 : 1);
    return { shortestHours: hours, longestHours: hours, latestHour: 0 };
  }
  const [, fields] = new RegExp(`^(?=${ROTATION_CRON}$)cron\\((.*)\\)$`).exec(schedule) ?? [];
  if (fields === undefined) {
    return undefined;
  }
  const [, hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = fields.split(' ');
  const hours = numbersIn(hour, 0, 23);
  const [first = 0] = hours;
  const last = hours.at(-1) ?? 0;
  const apart = hours.slice(1).map((at, index) => at - (hours[index] ?? at));
  const overNight = 24 + first - last;
  const overDays = 24 * daysApart(dayOfMonth, month, dayOfWeek) + first - last;
  return {
    shortestHours: Math.min(...apart, overNight),
    longestHours: Math.max(...apart, overDays),
    latestHour: last,
  };
};

/*
 * The same in HCL, whose validations cannot call a function: each takes and gives the text of an expression.
 */

const letHcl = (name: string, value: string, body: string): string =>
  `one([for ${name} in [${value}] : ${body}])`;

const numbersInHcl = (text: string, least: number, most: number): string => {
  const span = most - least + 1;
  const offset = `((number - limits[0] + ${span}) % ${span})`;
  const isIn = letHcl(
    'pieces',
    'split("/", part)',
    letHcl(
      'limits',
      `pieces[0] == "*" ? [${least}, ${most}] : [tonumber(split("-", pieces[0])[0]), tonumber(try(split("-", pieces[0])[1], length(pieces) > 1 ? "${most}" : pieces[0]))]`,
      `${offset} <= (limits[1] - limits[0] + ${span}) % ${span} && ${offset} % tonumber(try(pieces[1], 1)) == 0`,
    ),
  );
  return `[for number in range(${least}, ${most + 1}) : number if anytrue([for part in split(",", ${text}) : ${isIn}])]`;
};

const withNumbersHcl = (text: string, names: readonly string[]): string =>
  names.reduce(
    (numbered, name, index) => `replace(${numbered}, "${name}", "${index + 1}")`,
    `upper(${text})`,
  );

/** Hours for ever, as a number that HCL has. */
const NEVER = 1_000_000;

const longestGapHcl = (named: string, span: string): string =>
  letHcl(
    'named',
    named,
    `length(named) == 0 ? ${NEVER} : max([for index, day in named : (index + 1 < length(named) ? named[index + 1] : named[0] + ${span}) - day]...)`,
  );

const daysApartHcl = `length(${numbersInHcl(withNumbersHcl('fields[3]', MONTHS), 1, 12)}) < 12 ? ${NEVER} : fields[2] == "?" ? ${longestGapHcl(numbersInHcl(withNumbersHcl('fields[4]', DAYS), 1, 7), '7')} : max([for days in [28, 29, 30, 31] : ${longestGapHcl(`[for day in ${numbersInHcl('fields[2]', 1, 31)} : day if day <= days]`, 'days')}]...)`;

const cronTimesHcl = (schedule: string): string =>
  letHcl(
    'fields',
    `split(" ", trimsuffix(trimprefix(${schedule}, "cron("), ")"))`,
    letHcl(
      'hours',
      numbersInHcl('fields[1]', 0, 23),
      letHcl(
        'apart',
        '[for index, hour in hours : hour - hours[index - 1] if index > 0]',
        '{ shortest = min(concat(apart, [24 + hours[0] - hours[length(hours) - 1]])...), ' +
          `longest = max(concat(apart, [24 * (${daysApartHcl}) + hours[0] - hours[length(hours) - 1]])...), ` +
          'latest = hours[length(hours) - 1] }',
      ),
    ),
  );

/** HCL condition that no more days than a number lie between two times of a schedule; true for forms that are not counted. */
export const mostDaysApartHcl = (schedule: string, most: string): string =>
  `try(${letHcl('rate', `regex(${JSON.stringify(RATE.source)}, ${schedule})`, `tonumber(rate[0]) / ${JSON.stringify(PER_DAY)}[rate[1]] <= ${most}`)}, ${letHcl('fields', `split(" ", ${schedule})`, `(${daysApartHcl}) <= ${most}`)}, true)`;

const rateTimesHcl = (schedule: string): string =>
  letHcl(
    'rate',
    `regex("^rate\\\\((?P<count>[0-9]+) (?P<unit>hour|day)s?\\\\)$", ${schedule})`,
    letHcl(
      'hours',
      'tonumber(rate.count) * (rate.unit == "day" ? 24 : 1)',
      '{ shortest = hours, longest = hours, latest = 0 }',
    ),
  );

/** The `shortest`, `longest` and `latest` of a schedule in HCL; it fails for a text that is no schedule. */
export const rotationTimesHcl = (schedule: string): string =>
  `try(${rateTimesHcl(schedule)}, ${cronTimesHcl(schedule)})`;

/** An HCL condition on the `times` of a schedule, false for a text that is no schedule. */
export const ofRotationTimesHcl = (schedule: string, condition: string): string =>
  `try(${letHcl('times', rotationTimesHcl(schedule), condition)}, false)`;
