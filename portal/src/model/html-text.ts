/**
 * HTML of detectors before it is parsed: its tags without attributes, so that not even an inert parser meets a script.
 *
 * Invariant: of all attributes the address of a link stays, where it is one of the web.
 */
const tag = /<([a-z][a-z0-9]*)\b[^>]*>/gi;
const address = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

const escaped = (text: string): string =>
  text.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export function withoutAttributes(html: string): string {
  return html.replaceAll(tag, (whole, name: string) => {
    if (name.toLowerCase() !== 'a') return `<${name}>`;
    const [, double, single, bare] = address.exec(whole) ?? [];
    const to = double ?? single ?? bare ?? '';
    return /^https?:\/\//i.test(to) ? `<a href="${escaped(to)}">` : '<a>';
  });
}
