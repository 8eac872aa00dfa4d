/** The designer of one logic app: for now to look at; the code view changes it. */
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useCallback, useMemo } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { type Answer, call } from '../../api/http.ts';
import { type Workflow, workflowPath } from '../../data/workflows.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { DesignerView } from '../../designer/designer-view.tsx';
import { definitionText } from './definition-text.ts';

const defaults = { step: '' };

export function Drawing({ id }: { readonly id: string }): ReactElement {
  const [{ step }, setAddress] = useAddress(defaults);
  const { data, error, refetch } = useQuery<Answer<Workflow>, ArmError>({
    queryKey: ['drawing', id],
    queryFn: ({ signal }) => call<Workflow>('GET', workflowPath(id), { signal }),
  });
  const text = useMemo(() => (data === undefined ? undefined : definitionText(data.text)), [data]);
  const show = useCallback((path: string) => setAddress({ step: path }), [setAddress]);
  if (error !== null) {
    return <Failure error={error} what="The definition could not be read" retry={() => void refetch()} />;
  }
  if (text === undefined) return <Loading />;
  return (
    <section aria-label="Logic app designer">
      <p className="help">
        Choose a step to see what it does. Arrow keys move from step to step. To change the workflow, open its{' '}
        <Anchor to={`${resourceAddress(id)}?view=code`}>code view</Anchor>.
      </p>
      <DesignerView text={text} shown={step} onShow={show} />
    </section>
  );
}
