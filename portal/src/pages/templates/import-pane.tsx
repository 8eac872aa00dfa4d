/** Importing a template: a file or pasted text, then the same form and deployment as a template of the gallery. Source: portal reference 3.6. */
import { Button, Field, Textarea } from '@fluentui/react-components';
import { type ReactElement, useRef, useState } from 'react';
import { Pane } from '../../design/pane.tsx';
import {
  deploymentText,
  type ImportedTemplate,
  readParameterFile,
  readTemplate,
} from '../../model/imported-template.ts';
import type { TemplateDetail } from './template.ts';
import { TemplateWizard } from './template-pane.tsx';

export interface ImportPaneProps {
  readonly onClose: () => void;
}

export function ImportPane({ onClose }: ImportPaneProps): ReactElement {
  const [text, setText] = useState('');
  const [file, setFile] = useState('');
  const [values, setValues] = useState<{ readonly text: string; readonly file: string }>();
  const [imported, setImported] = useState<Read>();
  const [fault, setFault] = useState('');
  const go = (): void => {
    const read = readTemplate(text, file);
    if (!read.ok) return setFault(read.message);
    const given = values === undefined ? undefined : readParameterFile(values.text, read.value.parameters);
    if (given?.ok === false) return setFault(given.message);
    setFault('');
    setImported({ template: read.value, values: given?.value ?? {} });
  };
  if (imported !== undefined) return <Wizard {...imported} onClose={onClose} />;
  return (
    <Pane
      title="Import template"
      large
      changed={text !== ''}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" onClick={go}>
            Next
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <p>An ARM template with logic apps, connections, automations, or whatever else this server deploys.</p>
      <div className="form stack">
        <div className="row">
          <FileButton
            text="Choose a file"
            label="Template file"
            onFile={(content, name) => {
              setText(content);
              setFile(name);
              setFault('');
            }}
          />
          <span className="muted">{file}</span>
        </div>
        <Field
          label="Template"
          required
          {...(fault === '' ? {} : { validationState: 'error', validationMessage: fault })}
        >
          <Textarea
            className="mono"
            rows={16}
            placeholder="Paste the template here"
            value={text}
            onChange={(_, { value }) => {
              setText(value);
              setFault('');
            }}
          />
        </Field>
        <div className="row">
          <FileButton
            text="Choose a parameter file"
            label="Parameter file"
            onFile={(content, name) => setValues({ text: content, file: name })}
          />
          <span className="muted">{values?.file ?? 'None: the values are typed in the next step.'}</span>
        </div>
      </div>
    </Pane>
  );
}

interface Read {
  readonly template: ImportedTemplate;
  readonly values: Readonly<Record<string, string>>;
}

function Wizard({ template, values, onClose }: Read & ImportPaneProps): ReactElement {
  const detail: TemplateDetail = {
    name: 'import',
    title: template.title,
    summary: template.summary,
    category: '',
    connectors: template.connectors,
    parameters: template.parameters,
    template: template.template,
  };
  return (
    <TemplateWizard
      template={detail}
      detail={detail}
      given={values}
      bodyOf={({ parameters }) => deploymentText(template, parameters)}
      onClose={onClose}
    />
  );
}

interface FileButtonProps {
  readonly text: string;
  readonly label: string;
  readonly onFile: (content: string, name: string) => void;
}

function FileButton({ text, label, onFile }: FileButtonProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File): Promise<void> => onFile(await file.text(), file.name);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={label}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) void read(file);
          target.value = '';
        }}
      />
      <Button onClick={() => input.current?.click()}>{text}</Button>
    </>
  );
}
