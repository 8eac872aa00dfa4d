/** The documents that come with the product. Source: portal reference 2.6. */
import { Link, SearchBox } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Fragment, type ReactElement, type ReactNode } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { type DocumentPage, readDocument, useDocuments } from '../../data/documents.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor } from '../../design/anchor.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { type Block, blocksOf, type Inline, linkOf } from '../../model/markdown.ts';
import './docs.css';

const defaults = { search: '' };

export function Documents(): ReactElement {
  const { _splat: name = '' } = useParams({ strict: false }) as { readonly _splat?: string };
  return name === '' ? <DocumentList /> : <DocumentShown key={name} name={name} />;
}

function DocumentList(): ReactElement {
  const [{ search }, setAddress] = useAddress(defaults);
  const documents = useDocuments(search, 100);
  return (
    <Page title="Documentation" purpose="What everything here means, how to run it, and every call and word of it.">
      <div className="filters">
        <SearchBox
          aria-label="Search the documentation"
          placeholder="Search titles and headings"
          value={search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
      </div>
      {documents === undefined ? <Loading /> : null}
      {documents?.length === 0 ? <Empty text="No document has this text in its title or headings." /> : null}
      <ul className="docs-list">
        {documents?.map(({ name, title, summary }) => (
          <li key={name}>
            <Anchor to={`/docs/${name}`}>{title}</Anchor>
            <p className="muted">{plain(summary)}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}

const plain = (markdown: string): string => markdown.replaceAll(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1');

function DocumentShown({ name }: { readonly name: string }): ReactElement {
  const { data, error, refetch } = useQuery<DocumentPage, ArmError>({
    queryKey: ['document', name],
    queryFn: ({ signal }) => readDocument(name, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [, ...blocks] = data === undefined ? [] : blocksOf(data.text);
  return (
    <Page title={data?.title ?? 'Documentation'} crumbs={[{ text: 'Documentation', to: '/docs' }]}>
      {error === null ? null : (
        <Failure
          error={error}
          what="The document could not be read"
          retry={() => void refetch()}
          back={{ to: '/docs', text: 'All documents' }}
        />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      <article className="docs">
        {blocks.map((block, index) => (
          <BlockView key={index} block={block} from={name} />
        ))}
      </article>
    </Page>
  );
}

interface From {
  /** The document that links are told from. */
  readonly from: string;
}

function BlockView({ block, from }: From & { readonly block: Block }): ReactElement {
  switch (block.kind) {
    case 'heading': {
      const Name = block.level <= 2 ? 'h2' : block.level === 3 ? 'h3' : 'h4';
      return (
        <Name>
          <Content content={block.content} from={from} />
        </Name>
      );
    }
    case 'paragraph':
      return (
        <p>
          <Content content={block.content} from={from} />
        </p>
      );
    case 'code':
      return (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long lines are scrolled to by keys
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list': {
      const Name = block.ordered ? 'ol' : 'ul';
      return (
        <Name>
          {block.items.map((content, index) => (
            <li key={index}>
              <Content content={content} from={from} />
            </li>
          ))}
        </Name>
      );
    }
    case 'table':
      return <TableView block={block} from={from} />;
  }
}

function TableView({ block, from }: From & { readonly block: Extract<Block, { kind: 'table' }> }): ReactElement {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- wide tables are scrolled to by keys
    <div className="docs-table" role="region" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {block.head.map((content, index) => (
              <th key={index} scope="col">
                <Content content={content} from={from} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, index) => (
            <tr key={index}>
              {row.map((content, place) => (
                <td key={place}>
                  <Content content={content} from={from} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Content({ content, from }: From & { readonly content: readonly Inline[] }): ReactElement {
  return (
    <>
      {content.map((part, index) => (
        <Fragment key={index}>{shown(part, from)}</Fragment>
      ))}
    </>
  );
}

function shown(part: Inline, from: string): ReactNode {
  if (part.kind === 'code') return <code>{part.text}</code>;
  if (part.kind === 'strong') return <strong>{part.text}</strong>;
  if (part.kind === 'emphasis') return <em>{part.text}</em>;
  if (part.kind !== 'link') return part.text;
  const link = linkOf(from, part.to);
  if (link === undefined) return part.text;
  if ('document' in link) return <Anchor to={`/docs/${link.document}`}>{part.text}</Anchor>;
  return (
    <Link href={link.address} target="_blank" rel="noopener noreferrer" inline>
      {part.text}
    </Link>
  );
}
