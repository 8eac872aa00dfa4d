/** Why a policy judges a resource as it does: each condition with what it asks for and what it found. */
import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { type StateReasons, useReasons } from '../../data/policy-compliance.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { JsonView } from '../../design/json-view.tsx';
import { Pane } from '../../design/pane.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { type Assignment, messageFor } from '../../model/policy-assignment.ts';
import { lookedFor } from '../../model/policy-definition.ts';
import { useDefinition } from '../../data/policies.ts';
import { existenceText, reasonOf, valuesOfText } from '../../model/policy-compliance.ts';
import { DefinitionName } from './definition-name.tsx';

export interface ReasonsPaneProps {
  readonly resourceId: string;
  readonly assignment: Assignment;
  readonly name: string;
  readonly onClose: () => void;
}

export function ReasonsPane({ resourceId, assignment, name, onClose }: ReasonsPaneProps): ReactElement {
  const { data, error, refetch } = useReasons(resourceId, assignment.id);
  return (
    <Pane title={`Compliance of ${name}`} large onClose={onClose}>
      {error === null ? null : (
        <Failure error={error} what="The reasons could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data?.length === 0 ? <Empty text="The assignment does not judge this resource any more." /> : null}
      {data?.map((each) => (
        <PolicyReasons
          key={`${each.policyDefinitionId} ${each.policyDefinitionReferenceId ?? ''}`}
          reasons={each}
          message={messageFor(assignment, each.policyDefinitionReferenceId)}
        />
      ))}
    </Pane>
  );
}

interface PolicyReasonsProps {
  readonly reasons: StateReasons;
  /** What the assignment says to those who are not compliant. */
  readonly message: string | undefined;
}

function PolicyReasons({ reasons, message }: PolicyReasonsProps): ReactElement {
  const details = reasons.policyEvaluationDetails ?? {};
  const conditions = details.evaluatedExpressions ?? [];
  const existence = existenceText(details);
  const related = details.ifNotExistsDetails?.resourceId;
  return (
    <section className="card">
      <div className="row">
        <DefinitionName id={reasons.policyDefinitionId} />
        <Status value={reasons.complianceState} />
        <span className="muted">
          <Moment value={reasons.timestamp} />
        </span>
      </div>
      {message === undefined || reasons.complianceState !== 'NonCompliant' ? null : (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{message}</MessageBarBody>
        </MessageBar>
      )}
      {details.reason === undefined ? null : <p>{details.reason}</p>}
      {conditions.length === 0 ? null : (
        <table className="plain" aria-label="Conditions">
          <thead>
            <tr>
              <th>Condition on</th>
              <th>Asks that it</th>
              <th>Found</th>
              <th>Holds</th>
            </tr>
          </thead>
          <tbody>
            {conditions.map((each, index) => {
              const { field, expected, found, holds } = reasonOf(each);
              return (
                <tr key={index}>
                  <td>{field}</td>
                  <td>{expected}</td>
                  <td>{found}</td>
                  <td>{holds ? 'Yes' : 'No'}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <LookedForText reasons={reasons} />
      {existence === undefined ? null : (
        <p>
          {reasons.complianceState === 'Compliant' && related !== undefined ? (
            <>
              Met by <Anchor to={resourceAddress(related)}>{related}</Anchor>
            </>
          ) : (
            existence
          )}
        </p>
      )}
    </section>
  );
}

/** Of an existence effect: which resource, and what it must be like. */
function LookedForText({ reasons }: { readonly reasons: StateReasons }): ReactElement | null {
  const { data } = useDefinition(reasons.policyDefinitionId);
  const sought = data === undefined ? undefined : lookedFor(data.properties, valuesOfText(reasons.effectiveParameters));
  if (sought === undefined || reasons.policyEvaluationDetails?.ifNotExistsDetails === undefined) return null;
  const { type, name, resourceGroup, condition } = sought;
  return (
    <>
      <p>
        The policy looks for {type}
        {name === undefined ? '' : ` '${name}'`}
        {resourceGroup === undefined ? '' : ` in the resource group '${resourceGroup}'`}.
      </p>
      {condition === undefined ? null : (
        <details>
          <summary>The condition that it must meet</summary>
          <JsonView value={condition} label="The existence condition as JSON" />
        </details>
      )}
    </>
  );
}
