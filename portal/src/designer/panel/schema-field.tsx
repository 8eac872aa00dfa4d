/** A JSON schema, typed or made from a sample. Source: portal reference 5.7. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Textarea,
} from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import type { JsonData } from '../core/json-value.ts';
import { shapeOfValue } from '../last-run.ts';
import type { FieldEditorProps } from './field-tools.ts';

export interface SchemaFieldProps extends FieldEditorProps {
  readonly asText: ReactElement;
}

export function SchemaField({ asText, onChange, tools }: SchemaFieldProps): ReactElement {
  const [isAsking, setAsking] = useState(false);
  return (
    <div>
      {asText}
      <Button size="small" appearance="transparent" onClick={() => setAsking(true)}>
        Use sample payload to generate schema
      </Button>
      {isAsking ? (
        <SampleDialog
          sample={tools.sample()}
          onDone={(sample) => {
            onChange(shapeOfValue(sample) as unknown as JsonData);
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </div>
  );
}

interface SampleDialogProps {
  /** What the trigger brought last, or would. */
  readonly sample: JsonData;
  readonly onDone: (sample: JsonData) => void;
  readonly onClose: () => void;
}

function SampleDialog({ sample, onDone, onClose }: SampleDialogProps): ReactElement {
  const [text, setText] = useState('');
  const read = parsed(text);
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label="Sample payload">
        <DialogBody>
          <DialogTitle>Enter or paste a sample JSON payload</DialogTitle>
          <DialogContent>
            <Field
              label="Sample"
              {...(text.trim() !== '' && read === undefined
                ? { validationState: 'error', validationMessage: 'Enter a valid JSON.' }
                : {})}
            >
              <Textarea rows={14} className="mono" value={text} onChange={(_, { value }) => setText(value)} />
            </Field>
            <Button size="small" onClick={() => setText(JSON.stringify(sample, undefined, 2))}>
              Use what starts this logic app
            </Button>
          </DialogContent>
          <DialogActions>
            <Button
              appearance="primary"
              disabledFocusable={read === undefined}
              onClick={() => (read === undefined ? undefined : onDone(read.value))}
            >
              Done
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function parsed(text: string): { readonly value: JsonData } | undefined {
  try {
    return { value: JSON.parse(text) as JsonData };
  } catch {
    // Half a text is none yet; the field says so.
    return undefined;
  }
}
