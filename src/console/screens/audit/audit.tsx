/** For auditors: the log of everybody as it is stored, whether it is what was signed, and what proves it elsewhere. */
import { Empty } from '../../frame/no-screen.tsx';
import { ScreenPage } from '../../frame/page.tsx';
import { useFilters } from '../../parts/link.tsx';
import { viewer } from '../../session.ts';
import { CheckpointSection } from './checkpoint-section.tsx';
import { LogSection } from './log-section.tsx';
import { ProofSection } from './proof-section.tsx';
import { VerifySection } from './verify-section.tsx';

export default function AuditScreen() {
  const { filters, change } = useFilters();
  if (viewer.value?.roles.includes('auditor') !== true) {
    return (
      <ScreenPage title="Audit">
        <Empty text="This screen is for auditors." />
      </ScreenPage>
    );
  }
  return (
    <ScreenPage title="Audit">
      <div class="stack">
        <LogSection filters={filters} change={change} />
        <VerifySection filters={filters} />
        <CheckpointSection />
        <ProofSection task={filters.task ?? ''} change={change} />
      </div>
    </ScreenPage>
  );
}
