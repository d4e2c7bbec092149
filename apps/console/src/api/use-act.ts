import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { CallOptions } from '#platform/http/client.ts';
import { worthRetry } from './as-problem.ts';

/**
 * One act of the person: sends it with an Idempotency-Key that stays the same while the same input is
 * sent again — a double click, a retry after a cut line — and is new once it went through or the input
 * changed. So the server does it once, however often the finger presses.
 */
export function useAct<Input, Answer>(
  act: (input: Input, options: CallOptions) => Promise<Answer>,
  options: { onDone?: (answer: Answer, input: Input) => void; quiet?: boolean } = {},
) {
  const queries = useQueryClient();
  const last = useRef<{ input: string; key: string } | undefined>(undefined);
  const mutation = useMutation({
    mutationFn: (input: Input) => {
      const text = fingerprint(input);
      if (last.current?.input !== text) last.current = { input: text, key: crypto.randomUUID() };
      return act(input, { key: last.current.key });
    },
    retry: (failures, error) => failures < 2 && worthRetry(error),
    retryDelay: (failures) => 400 * 2 ** failures,
    onSuccess: (answer, input) => {
      last.current = undefined;
      // Whatever shows now is asked again: after an act, figures far from it may have moved too.
      if (!options.quiet) void queries.invalidateQueries();
      options.onDone?.(answer, input);
    },
  });
  return {
    run: (input: Input) => {
      if (!mutation.isPending) mutation.mutate(input);
    },
    busy: mutation.isPending,
    error: mutation.error,
    answer: mutation.data,
    reset: mutation.reset,
  };
}

function fingerprint(input: unknown): string {
  return JSON.stringify(input, (_, value: unknown) =>
    value instanceof File ? `${value.name} ${value.size} ${value.lastModified}` : value,
  );
}
