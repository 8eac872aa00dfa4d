/** The designer of one logic app. Its document is the code view's too: changing views saves nothing and loses nothing. */
import { type ReactElement, useCallback, useMemo } from 'react';
import { useAddress } from '../../design/address.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { EditorView } from '../../designer/editor/editor-view.tsx';
import { useOpenWorkflow } from '../../designer/editor/use-open-workflow.ts';
import { iterationsOf } from '../../model/iterations.ts';

/** `sample` names a run whose values are the sample data, `rep` the iterations of its loops; `begin` is `trigger` for a blank one. */
const defaults = { step: '', view: '', sample: '', rep: '', begin: '' };

export function Drawing({ id }: { readonly id: string }): ReactElement {
  const [{ step, sample, rep, begin }, setAddress] = useAddress(defaults);
  const { open, error, retry } = useOpenWorkflow(id);
  const show = useCallback((path: string) => setAddress({ step: path }), [setAddress]);
  const chosen = useMemo(
    () => (sample === '' ? undefined : { run: sample, iterations: iterationsOf(rep) }),
    [sample, rep],
  );
  if (error !== undefined) return <Failure error={error} what="The definition could not be read" retry={retry} />;
  if (open === undefined) return <Loading label="Loading the designer" />;
  return (
    <section aria-label="Logic app designer">
      <EditorView
        open={open}
        shown={step}
        onShow={show}
        onCode={() => setAddress({ view: 'code' }, false)}
        begins={begin === 'trigger'}
        onBegun={() => setAddress({ begin: undefined })}
        sample={chosen}
        onSampleEnd={() => setAddress({ sample: undefined, rep: undefined })}
      />
    </section>
  );
}
