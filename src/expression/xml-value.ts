/**
 * An XML document, element or other node while an expression is evaluated.
 *
 * Owns: the value's class and its stored form. Does not own: parsing, building and querying XML (`xml/`), which keeps
 * its document tree in `node`.
 *
 * Source: expression reference 4.5, 9.3.
 */
import { base64FromText } from './base64.ts';

/** An XML value: its text, and the tree node behind it where one is at hand (known to `xml/` only). */
export class XmlValue {
  readonly text: string;
  readonly node: unknown;

  constructor(text: string, node?: unknown) {
    this.text = text;
    this.node = node;
  }

  /** The content envelope in which XML is stored. */
  toJSON(): { readonly [name: string]: string } {
    return {
      '$content-type': 'application/xml;charset=utf-8',
      $content: base64FromText(this.text),
    };
  }
}
