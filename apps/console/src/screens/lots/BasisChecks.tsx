import { Checkbox } from 'antd';
import type { ComponentProps } from 'react';
import { certificateBases, certificateBasisWords } from '#trace/contract';
import { useWords } from '../../i18n/index.tsx';

/** What a certificate rests on, as the field of a form. */
export function BasisChecks({ label, ...field }: { label: string } & ComponentProps<typeof Checkbox.Group>) {
  const { say } = useWords();
  return (
    <Checkbox.Group
      role="group"
      aria-label={label}
      className="checks"
      options={certificateBases.map((value) => ({ value, label: say(certificateBasisWords[value]) }))}
      {...field}
    />
  );
}
