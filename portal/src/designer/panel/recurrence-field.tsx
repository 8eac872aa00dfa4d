/** When a trigger fires: how often, on which days and times, and the next times it will. Source: portal reference 5.7. */
import { Button, Checkbox, Field } from '@fluentui/react-components';
import { type ReactElement, useEffect, useState } from 'react';
import { numberFromText, toText } from '../core/field-text.ts';
import { isRecord, type JsonData, type JsonRecord } from '../core/json-value.ts';
import type { FieldEditorProps } from './field-tools.ts';
import { FreeChoice, type FreeChoiceProps } from './free-choice.tsx';
import { TokenText } from './token-text.tsx';

export interface RecurrenceFieldProps extends FieldEditorProps {
  readonly asText: ReactElement;
}

const frequencies = ['Second', 'Minute', 'Hour', 'Day', 'Week', 'Month', 'Year'];
const weekDays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const firingsShown = 5;

export function RecurrenceField(props: RecurrenceFieldProps): ReactElement {
  const { value, tools, onChange, fault, asText } = props;
  const [raw, setRaw] = useState(false);
  if (raw || (value !== undefined && !isRecord(value))) {
    return (
      <div>
        {asText}
        {value === undefined || isRecord(value) ? (
          <Button size="small" appearance="transparent" onClick={() => setRaw(false)}>
            Edit as a form
          </Button>
        ) : null}
      </div>
    );
  }
  const recurrence: JsonRecord = value ?? {};
  const frequency = toText(recurrence['frequency']);
  const put = (name: string, next: JsonData | undefined): void => onChange(withMember(recurrence, name, next));
  const text = (name: string, label: string, help?: string, required = false): ReactElement => (
    <TokenText
      label={label}
      value={toText(recurrence[name])}
      tools={tools}
      help={help}
      required={required}
      onChange={(next) =>
        put(name, next === '' ? undefined : name === 'startTime' || name === 'endTime' ? next : numberFromText(next))
      }
    />
  );
  return (
    <div className="fields-within">
      <div className="side-by-side">
        {text('interval', 'Interval', undefined, true)}
        <FreeChoice
          label="Frequency"
          required
          choices={frequencies}
          value={frequency}
          onChange={(next) => put('frequency', next === '' ? undefined : next)}
        />
      </div>
      <ScheduleFields
        frequency={frequency.toLowerCase()}
        schedule={recurrence['schedule']}
        onChange={(next) => put('schedule', next)}
      />
      <ZoneField
        value={toText(recurrence['timeZone'])}
        onChange={(next) => put('timeZone', next === '' ? undefined : next)}
      />
      {fault === undefined ? null : (
        <p className="field-fault" role="alert">
          {fault}
        </p>
      )}
      <Preview recurrence={recurrence} />
      {text('startTime', 'Start time', 'For example 2026-11-26T08:00:00; with Z at its end it is in UTC')}
      {text('endTime', 'End time')}
      <Button size="small" appearance="transparent" onClick={() => setRaw(true)}>
        Switch to text mode
      </Button>
    </div>
  );
}

/** The record with a member, at its old place; undefined takes it away. */
function withMember(record: JsonRecord, name: string, value: JsonData | undefined): JsonRecord {
  if (value !== undefined) return { ...record, [name]: value };
  const { [name]: _, ...rest } = record;
  return rest;
}

const fewest = 60;

/** Windows ids, found by any part of them; an IANA name can be typed. */
function ZoneField({ value, onChange }: Pick<FreeChoiceProps, 'value' | 'onChange'>): ReactElement {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    void import('../core/workflow-language.ts').then(({ windowsZoneNames }) => setNames(windowsZoneNames));
  }, []);
  const isWhole = names.includes(value);
  const found =
    isWhole || value === '' ? names : names.filter((name) => name.toLowerCase().includes(value.toLowerCase()));
  return (
    <FreeChoice
      label="Time zone"
      choices={isWhole || value === '' ? found : found.slice(0, fewest)}
      value={value}
      help="UTC unless one is chosen"
      onChange={onChange}
    />
  );
}

interface ScheduleFieldsProps {
  readonly frequency: string;
  readonly schedule: JsonData | undefined;
  readonly onChange: (schedule: JsonData | undefined) => void;
}

/** Which days and times: only what the frequency has, and what is set all the same. */
function ScheduleFields({ frequency, schedule, onChange }: ScheduleFieldsProps): ReactElement | null {
  const record = isRecord(schedule) ? schedule : {};
  const put = (name: string, next: JsonData | undefined): void => {
    const made = withMember(record, name, next);
    onChange(Object.keys(made).length === 0 ? undefined : made);
  };
  const has = (name: string, frequencies: readonly string[]): boolean =>
    frequencies.includes(frequency) || record[name] !== undefined;
  const days = Array.isArray(record['weekDays']) ? (record['weekDays'] as readonly JsonData[]).map(toText) : [];
  const isOn = (day: string): boolean => days.some((each) => each.toLowerCase() === day.toLowerCase());
  return (
    <>
      {has('weekDays', ['week']) ? (
        <fieldset className="field-group">
          <legend>On these days</legend>
          <div className="week-days">
            {weekDays.map((day) => (
              <Checkbox
                key={day}
                label={day}
                checked={isOn(day)}
                onChange={() => {
                  const next = weekDays.filter((each) => (each === day ? !isOn(each) : isOn(each)));
                  put('weekDays', next.length === 0 ? undefined : next);
                }}
              />
            ))}
          </div>
        </fieldset>
      ) : null}
      {has('monthDays', ['month', 'year']) ? (
        <Numbers
          label="On these days of the month"
          help="1 to 31; -1 is the last day"
          value={record['monthDays']}
          onChange={(next) => put('monthDays', next)}
        />
      ) : null}
      {has('hours', ['day', 'week', 'month', 'year']) ? (
        <Numbers
          label="At these hours"
          help="0 to 23, with commas between"
          value={record['hours']}
          onChange={(next) => put('hours', next)}
        />
      ) : null}
      {has('minutes', ['day', 'week', 'month', 'year']) ? (
        <Numbers
          label="At these minutes"
          help="0 to 59, with commas between"
          value={record['minutes']}
          onChange={(next) => put('minutes', next)}
        />
      ) : null}
    </>
  );
}

interface NumbersProps {
  readonly label: string;
  readonly help: string;
  readonly value: JsonData | undefined;
  readonly onChange: (value: JsonData | undefined) => void;
}

/** Whole numbers with commas between them. */
function Numbers({ label, help, value, onChange }: NumbersProps): ReactElement {
  const shown = Array.isArray(value) ? (value as readonly JsonData[]).map(toText).join(', ') : toText(value);
  const [typed, setTyped] = useState<{ readonly text: string; readonly shown: string }>();
  const text = typed !== undefined && typed.shown === shown ? typed.text : shown;
  return (
    <Field label={label} hint={help}>
      <input
        className="field-text"
        aria-label={label}
        value={text}
        onChange={({ target }) => {
          const numbers = target.value
            .split(/[\s,;]+/)
            .filter((each) => each !== '')
            .map(numberFromText);
          setTyped({ text: target.value, shown: numbers.map(toText).join(', ') });
          onChange(numbers.length === 0 ? undefined : numbers);
        }}
      />
    </Field>
  );
}

interface Shown {
  readonly sentence: string;
  readonly lines: readonly string[];
  readonly refusal: string;
}

async function previewOf(recurrence: JsonRecord): Promise<Shown> {
  const { inWords, nextFirings, onClocksOf } = await import('../core/recurrence.ts');
  const zone = toText(recurrence['timeZone']);
  const sentence = inWords(recurrence);
  const next = nextFirings(recurrence, Date.now(), firingsShown);
  if (next.kind === 'refused') return { sentence, lines: [], refusal: next.message };
  if (next.kind === 'unknown') return { sentence, lines: [], refusal: 'The times depend on parameters.' };
  const lines = next.times.map((time) => onClocksOf(zone === '' ? undefined : zone, time));
  return { sentence, lines, refusal: lines.length === 0 ? 'It never fires.' : '' };
}

/** What the server would do if it were saved now. */
function Preview({ recurrence }: { readonly recurrence: JsonRecord }): ReactElement {
  const [shown, setShown] = useState<Shown>();
  const text = JSON.stringify(recurrence);
  useEffect(() => {
    let isCurrent = true;
    void previewOf(JSON.parse(text) as JsonRecord).then((made) => (isCurrent ? setShown(made) : undefined));
    return () => {
      isCurrent = false;
    };
  }, [text]);
  const zone = toText(recurrence['timeZone']);
  return (
    <section className="firings" aria-label="Next times">
      {shown === undefined ? null : (
        <>
          {shown.sentence === '' ? null : <p>{shown.sentence}</p>}
          {shown.refusal === '' ? (
            <>
              <p className="muted">If it were saved now, the next times in {zone === '' ? 'UTC' : zone}:</p>
              <ol className="plain-list">
                {shown.lines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ol>
            </>
          ) : (
            <p className="muted">{shown.refusal}</p>
          )}
        </>
      )}
    </section>
  );
}
