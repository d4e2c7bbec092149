import { Button, Popover } from 'antd';
import type { ReactNode } from 'react';

export type Tone = 'quiet' | 'wait' | 'go' | 'good' | 'stop' | 'gold';

/** A state in its word and colour; the colour only repeats what the word says. */
export function StatusTag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`status status-${tone}`}>{children}</span>;
}

/**
 * A button for one move of a state table. When the move is not possible now it stays visible, greyed,
 * and says why: the same table decides both on the server and here.
 */
export function MoveButton({
  label,
  why,
  primary,
  danger,
  loading,
  onClick,
}: {
  label: string;
  /** the reason it cannot be pressed; undefined when it can */
  why?: string;
  primary?: boolean;
  danger?: boolean;
  loading?: boolean;
  onClick: () => void;
}) {
  if (!why) {
    return (
      <Button type={primary ? 'primary' : 'default'} danger={danger} loading={loading} onClick={onClick}>
        {label}
      </Button>
    );
  }
  return (
    <Popover content={<div className="why">{why}</div>} trigger={['hover', 'focus', 'click']}>
      {/* Not `disabled`: a disabled button cannot be reached by keyboard to read its reason. */}
      <Button className="button-greyed" aria-disabled="true" aria-description={why}>
        {label}
      </Button>
    </Popover>
  );
}
