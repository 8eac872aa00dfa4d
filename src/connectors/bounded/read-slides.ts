/** The text of a presentation (PPTX), slide by slide in their order. Owns: shapes' paragraphs and tables; speakers' notes are left out. */
import type { DocumentText } from './document-text.ts';
import { attributeOf, localName, type OfficePackage } from './office-package.ts';

export function readSlides(file: OfficePackage, main: string, into: DocumentText): void {
  const relationships = file.relationships(main);
  const order: string[] = [];
  file.read(main, {
    open: (name, attributes) => {
      if (localName(name) !== 'sldId') return;
      const { 'r:id': id = relationshipId(attributes) } = attributes;
      const part = relationships.get(id ?? '')?.part;
      if (part !== undefined) order.push(part);
    },
  });
  for (const part of order) {
    readSlide(file, part, into);
    into.page();
  }
}

/** A slide has an `id` of its own beside the one of its relationship. */
function relationshipId(attributes: Readonly<Record<string, string>>): string | undefined {
  const name = Object.keys(attributes).find((one) => one.includes(':') && localName(one) === 'id');
  return name === undefined ? attributeOf(attributes, 'id') : attributes[name];
}

function readSlide(file: OfficePackage, part: string, into: DocumentText): void {
  let inText = false;
  let cells = 0;
  file.read(part, {
    open(qualified) {
      const name = localName(qualified);
      if (name === 't') inText = true;
      else if (name === 'tc') cells += 1;
      else if (name === 'br') into.write('\n');
    },
    text(text) {
      if (inText) into.write(text);
    },
    close(qualified) {
      const name = localName(qualified);
      if (name === 't') inText = false;
      else if (name === 'p' && cells === 0) into.line();
      else if (name === 'p') into.separate(' ');
      else if (name === 'tc') {
        cells -= 1;
        into.separate('\t');
      } else if (name === 'tr') {
        into.separate('');
        into.line();
      }
    },
  });
}
