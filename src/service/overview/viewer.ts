/** What a caller of the overview's calls sees: the scopes asked for, as far as the caller may read there. */
export interface Viewer {
  /** Whether `id` lies in the scopes asked for, and the caller may do `action` there. */
  sees(action: string, id: string): boolean;
}

/**
 * The id of the container that counted documents lie in: a resource group, else the subscription. Who may read single
 * resources only is not told counts of their groups.
 */
export function containerOf({ parent, label }: { readonly parent: string; readonly label: string }): string {
  const subscription = `/subscriptions/${parent}`;
  return label === '' ? subscription : `${subscription}/resourceGroups/${label}`;
}

/** `sees` for one action, each container asked for once. */
export function seesContainers(
  viewer: Viewer,
  action: string,
): (row: { readonly parent: string; readonly label: string }) => boolean {
  const known = new Map<string, boolean>();
  return (row) => {
    const id = containerOf(row);
    const before = known.get(id);
    if (before !== undefined) return before;
    const sees = viewer.sees(action, id);
    known.set(id, sees);
    return sees;
  };
}
