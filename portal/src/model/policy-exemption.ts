/** The form that exempts a scope from an assignment, and its body. Source: policy reference 14. */

export interface ExemptionForm {
  readonly scope: string;
  readonly assignmentId: string;
  /** Of an initiative: reference ids of the policies; empty for all. */
  readonly references: readonly string[];
  readonly displayName: string;
  readonly description: string;
  readonly category: 'Waiver' | 'Mitigated';
  /** A day `2030-01-31`; empty for no end. */
  readonly expires: string;
}

export interface ExemptionProperties {
  readonly policyAssignmentId: string;
  readonly policyDefinitionReferenceIds?: readonly string[];
  readonly exemptionCategory: 'Waiver' | 'Mitigated';
  readonly expiresOn?: string | null;
  readonly displayName?: string;
  readonly description?: string;
}

export interface Exemption {
  readonly id: string;
  readonly name: string;
  readonly properties: ExemptionProperties;
}

export const exemptionScope = (id: string): string =>
  id.replace(/\/providers\/Microsoft\.Authorization\/policyExemptions\/[^/]+$/i, '');

export const exemptionIdOf = (scope: string, name: string): string =>
  `${scope}/providers/Microsoft.Authorization/policyExemptions/${name}`;

export function formOfExemption({ id, properties }: Exemption): ExemptionForm {
  return {
    scope: exemptionScope(id),
    assignmentId: properties.policyAssignmentId,
    references: properties.policyDefinitionReferenceIds ?? [],
    displayName: properties.displayName ?? '',
    description: properties.description ?? '',
    category: properties.exemptionCategory,
    expires: (properties.expiresOn ?? '').slice(0, 10),
  };
}

export function exemptionFaults(form: ExemptionForm): Readonly<Partial<Record<keyof ExemptionForm, string>>> {
  return {
    ...(form.scope === '' ? { scope: 'Choose what is exempted.' } : {}),
    ...(form.assignmentId === '' ? { assignmentId: 'Choose an assignment.' } : {}),
    ...(form.displayName.trim() === '' ? { displayName: 'An exemption needs a name.' } : {}),
    ...(form.expires === '' || !Number.isNaN(Date.parse(`${form.expires}T23:59:59Z`))
      ? {}
      : { expires: 'Write the day as 2030-01-31.' }),
  };
}

/** Members that the form does not show stay as they were. The exemption ends with its last day, UTC. */
export function exemptionBody(form: ExemptionForm, existing?: Exemption): object {
  return {
    properties: {
      ...existing?.properties,
      policyAssignmentId: form.assignmentId,
      policyDefinitionReferenceIds: form.references,
      exemptionCategory: form.category,
      displayName: form.displayName.trim(),
      description: form.description,
      expiresOn: form.expires === '' ? null : `${form.expires}T23:59:59Z`,
    },
  };
}
