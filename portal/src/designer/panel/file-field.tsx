/** The content of a file: typed, put in from earlier steps, or read from this computer as base64. Source: portal reference 5.7. */
import { Button } from '@fluentui/react-components';
import { type ReactElement, useRef, useState } from 'react';
import type { FieldEditorProps } from './field-tools.ts';

export interface FileFieldProps extends FieldEditorProps {
  readonly asText: ReactElement;
}

/** A definition is no place for more; its own limit is near. */
const mostBytes = 1024 * 1024;

export function FileField({ field, onChange, asText }: FileFieldProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const [refusal, setRefusal] = useState('');
  const take = async (file: File): Promise<void> => {
    if (file.size > mostBytes) return setRefusal(`'${file.name}' has more than 1 MB. Let a step read it from a store.`);
    setRefusal('');
    const bytes = new Uint8Array(await file.arrayBuffer());
    const content = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    onChange({ '$content-type': file.type === '' ? 'application/octet-stream' : file.type, $content: content });
  };
  return (
    <div>
      {asText}
      <input
        ref={input}
        type="file"
        hidden
        aria-label={`File for ${field.label}`}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) void take(file);
          target.value = '';
        }}
      />
      <Button size="small" appearance="transparent" onClick={() => input.current?.click()}>
        Choose a file
      </Button>
      {refusal === '' ? null : (
        <p className="field-fault" role="alert">
          {refusal}
        </p>
      )}
    </div>
  );
}
