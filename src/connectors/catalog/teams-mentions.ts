/**
 * Mentions in messages to Teams: `<at>ana@example.com</at>`, as the connector's token has it, in the form that each way takes.
 *
 * Owns: finding them, asking who is meant. Does not own: posting (`teams.ts`).
 * Source: the published contract of Microsoft Teams (*Get an @mention token*); Microsoft Graph v1.0, chatMessageMention; Adaptive
 * Cards in Teams, mentions.
 */
import { type Json, type JsonObject, type OutboundFailure, textMember } from '#foundation';
import type { SendToService, ServiceAnswer } from './connector.ts';

const token = /<at(?:\s[^>]*)?>([^<]{1,300})<\/at>/gi;
const mostMentions = 20;

/** The token of a user, as it is put into a message. */
export function mentionToken(answer: Json | undefined): string {
  const name = textMember(answer ?? null, 'userPrincipalName') ?? textMember(answer ?? null, 'id') ?? '';
  return `<at>${name}</at>`;
}

export interface Mentioned {
  readonly html: string;
  /** Of a `chatMessage`. */
  readonly mentions: readonly JsonObject[];
}

/** A message whose tokens are mentions of people that Graph knows; a token of nobody stays as it is. */
export async function withMentions(
  send: SendToService,
  html: string,
): Promise<Mentioned | ServiceAnswer | OutboundFailure> {
  const asked = [...new Set([...html.matchAll(token)].map(([, name = '']) => name.trim()))].slice(0, mostMentions);
  const mentions: JsonObject[] = [];
  let text = html;
  for (const name of asked) {
    const user = await send({ method: 'GET', path: `/v1.0/users/${encodeURIComponent(name)}?$select=id,displayName` });
    if ('kind' in user) return user;
    if (user.status >= 300 && user.status !== 404 && user.status !== 400) return user;
    const id = textMember(user.body ?? null, 'id');
    if (user.status >= 300 || id === undefined) continue;
    const mentionText = textMember(user.body ?? null, 'displayName') ?? name;
    const at = mentions.length;
    mentions.push({
      id: at,
      mentionText,
      mentioned: { user: { id, displayName: mentionText, userIdentityType: 'aadUser' } },
    });
    const shown = mentionText.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    text = text.replace(token, (whole, other: string) =>
      other.trim() === name ? `<at id="${at}">${shown}</at>` : whole,
    );
  }
  return { html: text, mentions };
}

/** The same for a card that a webhook carries: people by their names, which Teams resolves itself. */
export function cardMentions(text: string): JsonObject {
  const names = [...new Set([...text.matchAll(token)].map(([, name = '']) => name.trim()))].slice(0, mostMentions);
  if (names.length === 0) return {};
  const entities = names.map((name) => ({ type: 'mention', text: `<at>${name}</at>`, mentioned: { id: name, name } }));
  return { msteams: { entities } };
}
