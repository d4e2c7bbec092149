import type { FormInstance } from 'antd';
import { useEffect } from 'react';
import { asProblem, fieldPath } from '../api/as-problem.ts';
import { useWords } from '../i18n/index.tsx';

/**
 * A refused form: each field error beside its field, the title and whatever has no field above the button.
 * `fields` maps the server's field names to the form's where they differ.
 */
export function FormProblem({
  error,
  form,
  fields,
}: {
  error: unknown;
  form: FormInstance;
  fields?: Record<string, string | (string | number)[]>;
}) {
  const { t } = useWords();
  const problem = error ? asProblem(error, t) : undefined;
  useEffect(() => {
    if (!error) return;
    const shown = asProblem(error, t, true).fields.filter(
      (f) => form.getFieldInstance(nameOf(f.field, fields)) !== undefined,
    );
    form.setFields(shown.map((f) => ({ name: nameOf(f.field, fields), errors: [f.message] })));
    const first = shown[0];
    if (first) form.scrollToField(nameOf(first.field, fields), { block: 'center', focus: true });
  }, [error, form, fields, t]);
  if (!problem) return null;
  const loose = problem.fields.filter((f) => form.getFieldInstance(nameOf(f.field, fields)) === undefined);
  // One wrong field that says everything itself needs no second voice below.
  const every = asProblem(error, t, true).fields;
  const only = every.length === 1 ? every[0] : undefined;
  if (only && only.message === problem.title && form.getFieldInstance(nameOf(only.field, fields)) !== undefined)
    return null;
  return (
    <div className="form-problem" role="alert">
      {problem.title}
      {loose.map((f) => (
        <div key={f.field}>
          {f.field}：{f.message}
        </div>
      ))}
    </div>
  );
}

function nameOf(field: string, fields: Record<string, string | (string | number)[]> = {}): (string | number)[] {
  const named = fields[field];
  if (named !== undefined) return Array.isArray(named) ? named : [named];
  return fieldPath(field);
}
