/** The gallery: logic apps to deploy. Source: portal reference 3.7. */
import { Badge, Button, SearchBox } from '@fluentui/react-components';
import { GridRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { withQuery } from '../../api/arm.ts';
import { usePagedList } from '../../data/lists.ts';
import { useAddress } from '../../design/address.ts';
import { Command } from '../../design/commands.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { type Template, TemplatePane } from './template-pane.tsx';

const defaults = { search: '', template: '' };

export function TemplateList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const { rows, query } = usePagedList<Template>(withQuery('/tocsin/v1/templates', { $top: '1000' }), false);
  const wanted = address.search.toLowerCase();
  const shown = rows.filter(({ title, summary, tags = [] }) =>
    [title, summary, ...tags].join(' ').toLowerCase().includes(wanted),
  );
  const open = rows.find(({ name }) => name === address.template);
  return (
    <Page
      title="Templates"
      purpose="Logic apps that are ready to use. Each is an ordinary ARM template, deployed as one."
    >
      <div className="filters">
        <SearchBox
          aria-label="Search templates"
          placeholder="Search templates"
          value={address.search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The templates could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && shown.length === 0 ? (
        <Empty icon={<GridRegular />} text="No templates match the search">
          <Command text="Clear search" onClick={() => setAddress({ search: undefined })} />
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
      {open === undefined ? null : (
        <TemplatePane template={open} onClose={() => setAddress({ template: undefined }, false)} />
      )}
    </Page>
  );
}
