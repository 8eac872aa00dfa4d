/** The times that a query looks at: a menu of usual ones, and any two moments. */
import {
  Button,
  Field,
  Input,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Radio,
  RadioGroup,
  ToolbarButton,
} from '@fluentui/react-components';
import { ClockRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { isInterval, rangeText, timeRanges } from '../../model/time-range.ts';

export interface TimeRangeProps {
  readonly range: string;
  readonly onRange: (range: string) => void;
}

export function TimeRange({ range, onRange }: TimeRangeProps): ReactElement {
  const [open, setOpen] = useState(false);
  const [from = '', to = ''] = isInterval(range) ? range.split('/') : [];
  const [custom, setCustom] = useState({ from: from.slice(0, 16), to: to.slice(0, 16) });
  const interval = `${custom.from}:00Z/${custom.to}:00Z`;
  const choose = (value: string): void => {
    onRange(value);
    setOpen(false);
  };
  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <ToolbarButton icon={<ClockRegular />} aria-label={`Time range: ${rangeText(range)}`}>
          {rangeText(range)}
        </ToolbarButton>
      </PopoverTrigger>
      <PopoverSurface aria-label="Time range">
        <div className="stack">
          <Field label="Time range">
            <RadioGroup value={isInterval(range) ? 'custom' : range} onChange={(_, { value }) => choose(value)}>
              {timeRanges.map(({ value, text }) => (
                <Radio key={value} value={value} label={text} />
              ))}
            </RadioGroup>
          </Field>
          <Field label="From (UTC)">
            <Input
              type="datetime-local"
              value={custom.from}
              onChange={(_, { value }) => setCustom({ ...custom, from: value })}
            />
          </Field>
          <Field label="To (UTC)">
            <Input
              type="datetime-local"
              value={custom.to}
              onChange={(_, { value }) => setCustom({ ...custom, to: value })}
            />
          </Field>
          <Button disabledFocusable={!isInterval(interval)} onClick={() => choose(interval)}>
            Use these times
          </Button>
        </div>
      </PopoverSurface>
    </Popover>
  );
}
