/** A template of the gallery as the server tells it. Source: own API reference, templates. */
import type { TemplateParameter } from '../../model/template-form.ts';

export interface Template {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly category: string;
  readonly tags?: readonly string[];
  readonly trigger?: { readonly name: string; readonly kind: string };
  readonly connectors?: readonly { readonly name: string; readonly displayName: string }[];
  readonly parameters?: readonly TemplateParameter[];
  readonly roles?: readonly { readonly role: string; readonly scope: string; readonly why: string }[];
}

export interface TemplateDetail extends Template {
  readonly template: object;
  readonly afterDeployment?: readonly string[];
}
