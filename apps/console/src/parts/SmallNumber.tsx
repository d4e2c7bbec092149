import { InputNumber } from 'antd';
import { useId } from 'react';

/** A small number with its word before it, for tool rows. */
export function SmallNumber({
  label,
  max,
  value,
  onChange,
}: {
  label: string;
  max: number;
  value: number;
  onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <span className="small-number">
      <label htmlFor={id}>{label}</label>{' '}
      <InputNumber id={id} size="small" min={1} max={max} value={value} onChange={(n) => onChange(n ?? 1)} />
    </span>
  );
}
