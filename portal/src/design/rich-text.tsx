/**
 * Texts of detectors and policies that may hold HTML: descriptions, remediation steps. Source: portal reference 2.7.
 *
 * Invariants
 * RT1. Nothing is ever set as HTML: the text is read by an inert parser and made anew of a few elements without attributes.
 *      Links keep their address where it is one of the web, and lead out in a tab of their own.
 */
import { Link } from '@fluentui/react-components';
import { createElement, Fragment, type ReactElement, type ReactNode } from 'react';
import { withoutAttributes } from '../model/html-text.ts';

const kept: ReadonlySet<string> = new Set(['b', 'i', 'strong', 'em', 'br', 'p', 'ul', 'ol', 'li', 'code']);
/** What stands in these is no text for people. */
const dropped: ReadonlySet<string> = new Set(['script', 'style', 'template', 'iframe', 'object', 'noscript', 'svg']);
const mostCharacters = 100_000;
const mostDepth = 50;

export function RichText({ text }: { readonly text: string }): ReactElement {
  if (!/[<&]/.test(text)) return <p className="rich-text">{text}</p>;
  const { body } = new DOMParser().parseFromString(withoutAttributes(text.slice(0, mostCharacters)), 'text/html');
  return <div className="rich-text">{childrenOf(body, 0)}</div>;
}

function childrenOf(node: Node, depth: number): ReactNode {
  if (depth > mostDepth) return node.textContent;
  return Array.from(node.childNodes, (child, index) => <Fragment key={index}>{shown(child, depth)}</Fragment>);
}

function shown(node: Node, depth: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (!(node instanceof HTMLElement)) return null;
  const name = node.localName;
  if (dropped.has(name)) return null;
  const inner = childrenOf(node, depth + 1);
  if (name === 'br') return <br />;
  if (kept.has(name)) return createElement(name, {}, inner);
  const address = name === 'a' ? (node.getAttribute('href') ?? '') : '';
  if (!/^https?:\/\//i.test(address)) return inner;
  return (
    <Link href={address} target="_blank" rel="noopener noreferrer" inline>
      {inner}
    </Link>
  );
}
