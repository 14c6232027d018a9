/** The templates by category, with those above one's tier, which say so. */
import { useQuery } from '@tanstack/preact-query';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { scheduleWords } from '../../compose/schedule/schedule-words.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Link } from '../../parts/link.tsx';
import { Text } from '../../parts/text.tsx';

type Template = ApiSchema<'ListedTemplate'>;

export default function TemplatesScreen() {
  const { data, error, refetch } = useQuery({
    queryKey: ['templates'],
    queryFn: ({ signal }) =>
      answered(api.GET('/api/v1/templates', { params: { query: { include_locked: true } }, signal })),
  });
  const categories = [...new Set(data?.map(({ category }) => category))];
  return (
    <ScreenPage
      title="Templates"
      actions={
        <Link to="new" class="button">
          Without a template
        </Link>
      }
    >
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Skeleton label="Templates are loading" /> : null}
      {data?.length === 0 ? <Empty text="There are no templates." /> : null}
      {categories.map((category) => (
        <section key={category} class="gallery" aria-labelledby={`category-${category}`}>
          <h2 id={`category-${category}`}>{category.charAt(0).toUpperCase() + category.slice(1)}</h2>
          <ul>
            {data
              ?.filter((each) => each.category === category)
              .map((template) => (
                <Card key={template.template_id} template={template} />
              ))}
          </ul>
        </section>
      ))}
    </ScreenPage>
  );
}

function Card({ template }: { readonly template: Template }) {
  const { template_id, name, description, locked, required_subscription_level, credits_per_run } = template;
  return (
    <li class={locked ? 'panel card locked' : 'panel card'}>
      <h3>
        <Text>{name}</Text>
      </h3>
      <p>
        <Text>{description ?? ''}</Text>
      </p>
      <p class="soft">
        {[suggestion(template), cost(credits_per_run)].filter((part) => part !== null).join(' · ')}
      </p>
      {locked ? (
        <p class="lock">
          <LockIcon /> From tier {required_subscription_level}
        </p>
      ) : (
        <Link to={`new?template=${encodeURIComponent(template_id)}`} class="button" label={`Use ${name}`}>
          Use
        </Link>
      )}
    </li>
  );
}

function suggestion({ metadata }: Template): string | null {
  const suggested = metadata.suggested_schedule;
  if (typeof suggested !== 'object' || suggested === null || !('type' in suggested)) return null;
  return scheduleWords(suggested as Parameters<typeof scheduleWords>[0]);
}

function cost(credits: number): string | null {
  return credits === 0 ? null : `${credits} ${credits === 1 ? 'credit' : 'credits'} a run`;
}

function LockIcon() {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d="M4 7V5a4 4 0 0 1 8 0v2" fill="none" stroke="currentColor" stroke-width="1.6" />
      <rect x="2.8" y="7" width="10.4" height="7" rx="1.4" fill="currentColor" />
    </svg>
  );
}
