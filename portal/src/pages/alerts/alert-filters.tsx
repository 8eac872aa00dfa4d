/** The bar of filters above the alerts: the usual ones, and those that are added. */
import {
  Button,
  Input,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  SearchBox,
  Select,
} from '@fluentui/react-components';
import { AddRegular, DismissRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { alertStatuses } from '../../data/alerts.ts';
import { listOf } from '../../design/address.ts';
import { FilterMany } from '../../design/choices.tsx';
import { wordOf } from '../../model/status.ts';
import { type AlertAddress, groupings, moreFilters, severities, times } from './alert-filter.ts';

export interface AlertFiltersProps {
  readonly address: AlertAddress;
  readonly onChange: (change: Partial<AlertAddress>) => void;
}

export function AlertFilters({ address, onChange }: AlertFiltersProps): ReactElement {
  const [added, setAdded] = useState<readonly string[]>([]);
  const shown = moreFilters.filter(({ key }) => address[key] !== '' || added.includes(key));
  const others = moreFilters.filter((each) => !shown.includes(each));
  return (
    <>
      <SearchBox
        aria-label="Search by ID, title, or affected resource"
        placeholder="Search by ID, title, or affected resource"
        value={address.search}
        onChange={(_, { value }) => onChange({ search: value })}
      />
      <FilterMany
        label="Status"
        choices={alertStatuses.map((value) => ({ value, text: wordOf(value) }))}
        values={listOf(address.status)}
        onChange={(values) => onChange({ status: values.join(',') })}
      />
      <FilterMany
        label="Severity"
        choices={severities.map((value) => ({ value, text: value }))}
        values={listOf(address.severity)}
        onChange={(values) => onChange({ severity: values.join(',') })}
      />
      <div className="filter">
        <span aria-hidden="true">Time:</span>
        <Select
          size="small"
          aria-label="Time"
          value={address.time}
          onChange={(_, { value }) => onChange({ time: value })}
        >
          {times.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </Select>
      </div>
      <div className="filter">
        <span aria-hidden="true">Group by:</span>
        <Select
          size="small"
          aria-label="Group by"
          value={address.group}
          onChange={(_, { value }) => onChange({ group: value })}
        >
          {groupings.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </Select>
      </div>
      {shown.map(({ key, title }) => (
        <div key={key} className="filter">
          <span aria-hidden="true">{title}:</span>
          <Input
            size="small"
            aria-label={title}
            placeholder="contains"
            value={address[key]}
            onChange={(_, { value }) => onChange({ [key]: value })}
            contentAfter={
              <Button
                size="small"
                appearance="transparent"
                icon={<DismissRegular />}
                aria-label={`Remove filter ${title}`}
                onClick={() => {
                  setAdded(added.filter((each) => each !== key));
                  onChange({ [key]: '' });
                }}
              />
            }
          />
        </div>
      ))}
      {others.length === 0 ? null : (
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button size="small" appearance="subtle" icon={<AddRegular />}>
              Add filter
            </Button>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {others.map(({ key, title }) => (
                <MenuItem key={key} onClick={() => setAdded([...added, key])}>
                  {title}
                </MenuItem>
              ))}
            </MenuList>
          </MenuPopover>
        </Menu>
      )}
    </>
  );
}
