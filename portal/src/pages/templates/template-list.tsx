/** The gallery: logic apps to deploy. Source: portal reference 3.7. */
import { Badge, Button, SearchBox } from '@fluentui/react-components';
import { ArrowImportRegular, GridRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { withQuery } from '../../api/arm.ts';
import { usePagedList } from '../../data/lists.ts';
import { useAddress } from '../../design/address.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { ImportPane } from './import-pane.tsx';
import type { Template } from './template.ts';
import { TemplatePane } from './template-pane.tsx';

const defaults = { search: '', category: '', template: '', pane: '' };
const anyCategory = { value: '', text: 'All' };

export function TemplateList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const { rows, query } = usePagedList<Template>(withQuery('/tocsin/v1/templates', { $top: '1000' }), false);
  const wanted = address.search.toLowerCase();
  const categories = [...new Set(rows.map(({ category }) => category))].toSorted();
  const shown = rows.filter(
    ({ title, summary, category, connectors = [], tags = [] }) =>
      (address.category === '' || category === address.category) &&
      [title, summary, ...tags, ...connectors.map(({ displayName }) => displayName)]
        .join(' ')
        .toLowerCase()
        .includes(wanted),
  );
  const open = rows.find(({ name }) => name === address.template);
  return (
    <Page
      title="Templates"
      purpose="Logic apps that are ready to use. Each is an ordinary ARM template, deployed as one."
      commands={
        <Commands>
          <Command
            text="Import template"
            icon={<ArrowImportRegular />}
            onClick={() => setAddress({ pane: 'import' }, false)}
          />
        </Commands>
      }
    >
      <div className="filters">
        <SearchBox
          aria-label="Search templates"
          placeholder="Search templates"
          value={address.search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
        <div className="filter">
          Category:
          <ChooseOne
            label="Category"
            small
            choices={[anyCategory, ...categories.map((value) => ({ value, text: value }))]}
            value={address.category}
            onChange={(category) => setAddress({ category })}
          />
        </div>
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The templates could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && shown.length === 0 ? (
        <Empty icon={<GridRegular />} text="No templates match the filters">
          <Command text="Clear filters" onClick={() => setAddress({ search: undefined, category: undefined })} />
        </Empty>
      ) : null}
      <div className="template-cards">
        {shown.map((template) => (
          <section key={template.name} className="card" aria-label={template.title}>
            <h2>{template.title}</h2>
            <p>{template.summary}</p>
            <p className="row">
              <Badge appearance="outline">{template.category}</Badge>
              {(template.connectors ?? []).map(({ name, displayName }) => (
                <Badge key={name} appearance="tint" color="informative">
                  {displayName}
                </Badge>
              ))}
            </p>
            <Button
              aria-label={`Use this template: ${template.title}`}
              onClick={() => setAddress({ template: template.name }, false)}
            >
              Use this template
            </Button>
          </section>
        ))}
      </div>
      {address.pane === 'import' ? <ImportPane onClose={() => setAddress({ pane: undefined }, false)} /> : null}
      {open === undefined ? null : (
        <TemplatePane template={open} onClose={() => setAddress({ template: undefined }, false)} />
      )}
    </Page>
  );
}
