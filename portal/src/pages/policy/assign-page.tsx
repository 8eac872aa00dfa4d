/**
 * Assign policy: the form over five tabs, for a new assignment and for one that is there.
 *
 * Owns: reading what it starts from, the tab in the address, the draft in this browser tab, the order of sending.
 * Source: portal reference 4.3.
 */
import { Button, MessageBar, MessageBarBody, Tab, TabList } from '@fluentui/react-components';
import { ErrorCircleRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { read } from '../../api/http.ts';
import { beginRemediation, grantRoles, putAssignment } from '../../data/assign-policy.ts';
import { useDraft } from '../../data/drafts.ts';
import { policyPath, useDefinition } from '../../data/policies.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useAddress } from '../../design/address.ts';
import { Failure, Loading } from '../../design/states.tsx';
import {
  type AssignForm,
  type Assignment,
  assignmentBody,
  assignmentIdOf,
  type AssignTab,
  assignTabs,
  firstForm,
  formOfAssignment,
  usualRemediation,
} from '../../model/policy-assignment.ts';
import { type Definition, titleOf } from '../../model/policy-definition.ts';
import { parameterFields, textsOf } from '../../model/policy-parameters.ts';
import { Basics } from './assign-basics.tsx';
import { type Assign, useAssign } from './assign-context.ts';
import { Messages } from './assign-messages.tsx';
import { Parameters } from './assign-parameters.tsx';
import { Remediation } from './assign-remediation.tsx';
import { Review } from './assign-review.tsx';
import { tabNames } from './assign-tabs.ts';
import { PolicyPage } from './policy-page.tsx';
import { assignmentAddress, definitionAddress } from './policy-words.ts';

const defaults = { definition: '', assignment: '', tab: 'basics' };

export function AssignPage(): ReactElement {
  const [{ definition, assignment }] = useAddress(defaults);
  const existing = useAssignment(assignment);
  const definitionId = assignment === '' ? definition : (existing.data?.properties.policyDefinitionId ?? '');
  const assigned = useDefinition(definitionId);
  const error = existing.error ?? assigned.error;
  const isNew = assignment === '';
  const title = isNew ? 'Assign policy' : 'Edit assignment';
  if (assigned.data === undefined || (!isNew && existing.data === undefined)) {
    return (
      <PolicyPage section={isNew ? 'definitions' : 'assignments'} title={title}>
        {error === null && (definition !== '' || assignment !== '') ? (
          <Loading />
        ) : (
          <Failure
            error={error ?? new Error('Choose a definition first.')}
            what="The definition could not be read"
            back={{ to: '/policy/definitions', text: 'All definitions' }}
          />
        )}
      </PolicyPage>
    );
  }
  return <Wizard key={definitionId + assignment} title={title} definition={assigned.data} existing={existing.data} />;
}

export function useAssignment(id: string) {
  return useQuery<Assignment, ArmError>({
    queryKey: ['arm', 'policy', id.toLowerCase()],
    queryFn: ({ signal }) => read<Assignment>(policyPath(id), signal),
    enabled: id !== '',
  });
}

interface WizardProps {
  readonly title: string;
  readonly definition: Definition;
  readonly existing: Assignment | undefined;
}

/** A name that nothing has yet, as short as management groups want it. */
const newName = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 24);

const scopeOfId = (id: string): string =>
  id.replace(/\/providers\/Microsoft\.Authorization\/policyAssignments\/[^/]+$/i, '');

function formFor(definition: Definition, existing: Assignment | undefined): AssignForm {
  if (existing === undefined) return firstForm(definition, newName());
  const texts = textsOf(parameterFields(definition.properties.parameters), existing.properties.parameters);
  return formOfAssignment(existing, scopeOfId(existing.id), texts);
}

function Wizard({ title, definition, existing }: WizardProps): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const navigate = useNavigate();
  const [first] = useState(() => formFor(definition, existing));
  const draft = useDraft<AssignForm>(`assign:${(existing ?? definition).id.toLowerCase()}`, first);
  // Faults are shown from the first look at the review on.
  const [seen, setSeen] = useState(address.tab === 'review');
  const using = useAssign(definition, existing, draft.value, draft.change);
  const tab = assignTabs.find((each) => each === address.tab) ?? 'basics';
  const isTried = seen || tab === 'review';
  const assign: Assign = { ...using, isTried };
  const sending = useSending(assign, draft.drop);
  const go = (next: AssignTab): void => {
    if (next === 'review') setSeen(true);
    setAddress({ tab: next }, false);
  };
  const addressOf = (next: AssignTab): string => {
    const { definition: from, assignment } = address;
    const query = assignment === '' ? { definition: from, tab: next } : { assignment, tab: next };
    return `/policy/assign?${new URLSearchParams(query).toString()}`;
  };
  const leave = (): void => {
    draft.drop();
    void navigate({ to: existing === undefined ? definitionAddress(definition.id) : assignmentAddress(existing.id) });
  };
  return (
    <PolicyPage
      section={existing === undefined ? 'definitions' : 'assignments'}
      title={title}
      purpose={titleOf(definition)}
    >
      <TabList
        aria-label={title}
        selectedValue={tab}
        className="wrapping-tabs"
        onTabSelect={(_, { value }) => go(value as AssignTab)}
      >
        {assignTabs.map((each) => (
          <WizardTab key={each} tab={each} isNew={existing === undefined} isFaulty={isTried && has(assign, each)} />
        ))}
      </TabList>
      <div className="below-tabs">
        {sending.fault === undefined ? null : (
          <Failure
            error={sending.fault}
            what={existing === undefined ? 'The policy was not assigned' : 'The assignment was not saved'}
          />
        )}
        <WizardTabContent tab={tab} assign={assign} addressOf={addressOf} />
      </div>
      <Footer tab={tab} assign={assign} busy={sending.busy} onGo={go} onSend={sending.send} onCancel={leave} />
    </PolicyPage>
  );
}

const has = ({ faults }: Assign, tab: AssignTab): boolean => faults.some((each) => each.tab === tab);

interface WizardTabProps {
  readonly tab: AssignTab;
  readonly isNew: boolean;
  readonly isFaulty: boolean;
}

function WizardTab({ tab, isNew, isFaulty }: WizardTabProps): ReactElement {
  const name = tab === 'review' && !isNew ? 'Review + save' : tabNames[tab];
  return (
    <Tab
      value={tab}
      {...(isFaulty ? { icon: <ErrorCircleRegular className="fault-icon" />, 'aria-label': `${name} has errors` } : {})}
    >
      {name}
    </Tab>
  );
}

interface WizardTabContentProps {
  readonly tab: AssignTab;
  readonly assign: Assign;
  readonly addressOf: (tab: AssignTab) => string;
}

function WizardTabContent({ tab, assign, addressOf }: WizardTabContentProps): ReactElement {
  switch (tab) {
    case 'basics':
      return <Basics assign={assign} />;
    case 'parameters':
      return <Parameters assign={assign} />;
    case 'remediation':
      return <Remediation assign={assign} />;
    case 'messages':
      return <Messages assign={assign} />;
    case 'review':
      return (
        <>
          {assign.existing === undefined ? null : (
            <MessageBar intent="info" layout="multiline">
              <MessageBarBody>Members of the assignment that this form does not show stay as they are.</MessageBarBody>
            </MessageBar>
          )}
          <Review assign={assign} addressOf={addressOf} />
        </>
      );
  }
}

interface FooterProps {
  readonly tab: AssignTab;
  readonly assign: Assign;
  readonly onGo: (tab: AssignTab) => void;
  readonly busy: boolean;
  readonly onSend: () => void;
  readonly onCancel: () => void;
}

function Footer({ tab, assign, busy, onGo, onSend, onCancel }: FooterProps): ReactElement {
  const at = assignTabs.indexOf(tab);
  const [previous, next] = [assignTabs[at - 1], assignTabs[at + 1]];
  const isNew = assign.existing === undefined;
  const sendText = isNew ? (busy ? 'Creating…' : 'Create') : busy ? 'Saving…' : 'Save';
  return (
    <div className="wizard-footer">
      {tab === 'review' ? (
        <Button appearance="primary" disabledFocusable={busy || assign.faults.length > 0} onClick={onSend}>
          {sendText}
        </Button>
      ) : (
        <Button appearance="primary" onClick={() => onGo('review')}>
          {isNew ? 'Review + create' : 'Review + save'}
        </Button>
      )}
      <Button onClick={onCancel}>Cancel</Button>
      <span className="header-space" />
      <Button disabledFocusable={previous === undefined} onClick={() => previous !== undefined && onGo(previous)}>
        Previous
      </Button>
      <Button disabledFocusable={next === undefined} onClick={() => next !== undefined && onGo(next)}>
        Next
      </Button>
    </div>
  );
}

interface Sending {
  readonly busy: boolean;
  readonly fault: ArmError | undefined;
  readonly send: () => void;
}

/** The assignment, then its roles, then the task: the later ones only once the earlier ones are there. */
function useSending(assign: Assign, drop: () => void): Sending {
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ArmError>();
  const send = async (): Promise<void> => {
    const { form, context, existing, grants, faults } = assign;
    if (faults.length > 0) return;
    setBusy(true);
    setFault(undefined);
    try {
      const stored = await putAssignment({
        id: existing?.id ?? assignmentIdOf(form.scope, form.name),
        displayName: form.displayName,
        body: assignmentBody(form, context, existing),
        isNew: existing === undefined,
      });
      drop();
      await navigate({ to: assignmentAddress(stored.id) });
      void finish(stored, assign, grants);
    } catch (error) {
      setFault(asArmError(error));
      setBusy(false);
    }
  };
  return { busy, fault, send: () => void send() };
}

async function finish(stored: Assignment, { form }: Assign, grants: Assign['grants']): Promise<void> {
  const principal =
    stored.identity?.principalId ?? Object.values(stored.identity?.userAssignedIdentities ?? {})[0]?.principalId;
  if (principal !== undefined) await grantRoles(grants, principal);
  if (form.remediate) {
    await beginRemediation(
      { ...usualRemediation, scope: form.scope, assignmentId: stored.id, reference: form.remediateReference },
      form.displayName,
    );
  }
  await refreshAll();
}
