/**
 * Date and time patterns of the locales the portal offers and their main regional variants, in .NET's pattern language.
 * Data, not derived from Intl: its skeletons give other separators and a narrow no-break space before AM/PM.
 *
 * A row: short date, long date, short time, long time, month and day, year and month, date separator, time separator.
 * Source: .NET's culture data (CLDR); expression reference 7.2, 7.4.
 */

export type CulturePatterns = readonly [
  shortDate: string,
  longDate: string,
  shortTime: string,
  longTime: string,
  monthDay: string,
  yearMonth: string,
  dateSeparator: string,
  timeSeparator: string,
];

export const invariantPatterns: CulturePatterns = [
  'MM/dd/yyyy',
  'dddd, dd MMMM yyyy',
  'HH:mm',
  'HH:mm:ss',
  'MMMM dd',
  'yyyy MMMM',
  '/',
  ':',
];

const iberian = ["dddd, d 'de' MMMM 'de' yyyy", 'HH:mm', 'HH:mm:ss', "d 'de' MMMM", "MMMM 'de' yyyy"] as const;
const german = ['dd.MM.yyyy', 'dddd, d. MMMM yyyy', 'HH:mm', 'HH:mm:ss', 'd. MMMM', 'MMMM yyyy', '.', ':'] as const;
const roman = ['dddd d MMMM yyyy', 'HH:mm', 'HH:mm:ss', 'd MMMM', 'MMMM yyyy'] as const;
const twelveHours = ['h:mm tt', 'h:mm:ss tt'] as const;

/** By canonical locale name. */
export const culturePatterns: Readonly<Record<string, CulturePatterns>> = {
  'en-US': ['M/d/yyyy', 'dddd, MMMM d, yyyy', ...twelveHours, 'MMMM d', 'MMMM yyyy', '/', ':'],
  'en-GB': ['dd/MM/yyyy', 'dddd, d MMMM yyyy', 'HH:mm', 'HH:mm:ss', 'd MMMM', 'MMMM yyyy', '/', ':'],
  'en-AU': ['d/MM/yyyy', 'dddd, d MMMM yyyy', ...twelveHours, 'd MMMM', 'MMMM yyyy', '/', ':'],
  'en-CA': ['yyyy-MM-dd', 'dddd, MMMM d, yyyy', ...twelveHours, 'MMMM d', 'MMMM yyyy', '-', ':'],
  'en-IE': ['dd/MM/yyyy', ...roman, '/', ':'],
  'en-IN': ['dd/MM/yyyy', 'dddd, d MMMM yyyy', ...twelveHours, 'd MMMM', 'MMMM yyyy', '/', ':'],
  'en-NZ': ['d/MM/yyyy', 'dddd, d MMMM yyyy', ...twelveHours, 'd MMMM', 'MMMM yyyy', '/', ':'],
  'en-ZA': ['yyyy/MM/dd', 'dddd, dd MMMM yyyy', 'HH:mm', 'HH:mm:ss', 'dd MMMM', 'MMMM yyyy', '/', ':'],
  'de-DE': german,
  'de-AT': german,
  'de-CH': german,
  'fr-FR': ['dd/MM/yyyy', ...roman, '/', ':'],
  'fr-BE': ['d/MM/yyyy', ...roman, '/', ':'],
  'fr-CA': ['yyyy-MM-dd', 'dddd d MMMM yyyy', "HH 'h' mm", "HH 'h' mm 'min' ss 's'", 'd MMMM', 'MMMM yyyy', '-', ':'],
  'fr-CH': ['dd.MM.yyyy', 'dddd, d MMMM yyyy', 'HH:mm', 'HH:mm:ss', 'd MMMM', 'MMMM yyyy', '.', ':'],
  'es-ES': ['d/M/yyyy', iberian[0], 'H:mm', 'H:mm:ss', iberian[3], iberian[4], '/', ':'],
  'es-MX': ['dd/MM/yyyy', iberian[0], ...twelveHours, iberian[3], iberian[4], '/', ':'],
  'it-IT': ['dd/MM/yyyy', ...roman, '/', ':'],
  'nl-NL': ['dd-MM-yyyy', ...roman, '-', ':'],
  'nl-BE': ['d/MM/yyyy', ...roman, '/', ':'],
  'pt-BR': ['dd/MM/yyyy', ...iberian, '/', ':'],
  'pt-PT': ['dd/MM/yyyy', ...iberian, '/', ':'],
  'ja-JP': ['yyyy/MM/dd', 'yyyy年M月d日dddd', 'H:mm', 'H:mm:ss', 'M月d日', 'yyyy年M月', '/', ':'],
  'zh-CN': ['yyyy/M/d', 'yyyy年M月d日dddd', 'HH:mm', 'HH:mm:ss', 'M月d日', 'yyyy年M月', '/', ':'],
  'zh-TW': ['yyyy/M/d', 'yyyy年M月d日 dddd', 'tth:mm', 'tth:mm:ss', 'M月d日', 'yyyy年M月', '/', ':'],
  'ko-KR': ['yyyy. M. d.', 'yyyy년 M월 d일 dddd', 'tt h:mm', 'tt h:mm:ss', 'M월 d일', 'yyyy년 M월', '. ', ':'],
  'id-ID': ['dd/MM/yyyy', 'dddd, dd MMMM yyyy', 'HH.mm', 'HH.mm.ss', 'd MMMM', 'MMMM yyyy', '/', '.'],
  'pl-PL': ['d.MM.yyyy', 'dddd, d MMMM yyyy', 'HH:mm', 'HH:mm:ss', 'd MMMM', 'MMMM yyyy', '.', ':'],
  'cs-CZ': ['dd.MM.yyyy', 'dddd d. MMMM yyyy', 'H:mm', 'H:mm:ss', 'd. MMMM', 'MMMM yyyy', '.', ':'],
  'hu-HU': ['yyyy. MM. dd.', 'yyyy. MMMM d., dddd', 'H:mm', 'H:mm:ss', 'MMMM d.', 'yyyy. MMMM', '. ', ':'],
  'ru-RU': ['dd.MM.yyyy', "dddd, d MMMM yyyy 'г'.", 'HH:mm', 'HH:mm:ss', 'd MMMM', "MMMM yyyy 'г'.", '.', ':'],
  'sv-SE': ['yyyy-MM-dd', ...roman, '-', ':'],
  'tr-TR': ['d.MM.yyyy', 'd MMMM yyyy dddd', 'HH:mm', 'HH:mm:ss', 'd MMMM', 'MMMM yyyy', '.', ':'],
  'da-DK': ['dd.MM.yyyy', "dddd 'den' d. MMMM yyyy", 'HH.mm', 'HH.mm.ss', 'd. MMMM', 'MMMM yyyy', '.', '.'],
  'nb-NO': ['dd.MM.yyyy', 'dddd d. MMMM yyyy', 'HH:mm', 'HH:mm:ss', 'd. MMMM', 'MMMM yyyy', '.', ':'],
  'fi-FI': ['d.M.yyyy', 'dddd d. MMMM yyyy', 'H.mm', 'H.mm.ss', 'd. MMMM', 'MMMM yyyy', '.', '.'],
};
