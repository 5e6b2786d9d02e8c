import { useId, useState } from 'react';
import { toast } from 'sonner';

import type { EmbeddingModel, EmbeddingModels, EmbeddingSpace } from '../../../../contracts/embedding.ts';
import { wordsOf } from '../../lib/failure.ts';
import { counted } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Field, FieldError, Input, Select } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useChangeModel } from './queries.ts';
import { modelText, PROVIDER_WORDS } from './words.ts';

type Available = EmbeddingModels['available'][number];

interface ChangeModelProps {
  available: readonly Available[];
  active: EmbeddingSpace;
}

/** Chooses another model. Each provider also takes the name of a model that is not proposed. */
export function ChangeModel({ available, active }: ChangeModelProps) {
  const others = available.filter(
    ({ provider, model }) => provider !== active.provider || model !== active.model,
  );
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const change = useChangeModel();
  const reasons = useId();
  const own = OWN.find((provider) => chosen === `own:${provider}`);
  const model: EmbeddingModel | undefined =
    own !== undefined
      ? name.trim() === ''
        ? undefined
        : { provider: own, model: name.trim() }
      : others.find((one) => keyOf(one) === chosen);
  const missing = [...new Set(available.flatMap(({ reason }) => (reason === null ? [] : [reason])))];
  return (
    <Panel title="Change the model">
      <div className="flex flex-col gap-4 p-4">
        <Field label="Model">
          {(control) => (
            <Select {...control} value={chosen} onChange={({ target }) => setChosen(target.value)}>
              <option value="" disabled>
                Choose one
              </option>
              {others.map((one) => (
                <option key={keyOf(one)} value={keyOf(one)} disabled={!one.available}>
                  {modelText(one)}
                </option>
              ))}
              {OWN.filter((provider) => isUsable(provider, available)).map((provider) => (
                <option key={provider} value={`own:${provider}`}>
                  Another one of {PROVIDER_WORDS[provider]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {own !== undefined && (
          <Field label="Its name" hint="As the provider knows it.">
            {(control) => (
              <Input
                {...control}
                className="mono"
                value={name}
                spellCheck={false}
                autoComplete="off"
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
        )}
        {missing.length > 0 && (
          <ul id={reasons} className="flex flex-col gap-1 text-sm text-ink-2">
            {missing.map((reason) => (
              <li key={reason}>{reason}.</li>
            ))}
          </ul>
        )}
        {change.error !== null && <FieldError>{wordsOf(change.error).detail}</FieldError>}
        <Confirm
          harmless
          trigger={
            <Button variant="primary" disabled={model === undefined || change.isPending}>
              {change.isPending ? 'Asking the model …' : 'Change the model'}
            </Button>
          }
          title={`Embed everything by ${model?.model ?? ''}?`}
          confirm="Begin"
          keep="Keep the present one"
          onConfirm={() => {
            if (model === undefined) return;
            change.mutate(
              { provider: model.provider, model: model.model },
              { onSuccess: () => toast.success(`Texts are being embedded by ${model.model}.`) },
            );
          }}
        >
          {costsText(model, active)} Search goes on by {active.model} until all of it is done, and is switched
          at once then.
        </Confirm>
      </div>
    </Panel>
  );
}

const OWN = ['openai', 'ollama', 'openai-compatible'] as const;

const keyOf = ({ provider, model }: EmbeddingModel): string => `${provider}/${model}`;

const isUsable = (provider: EmbeddingModel['provider'], available: readonly Available[]): boolean =>
  available.some((one) => one.provider === provider && one.available);

function costsText(model: EmbeddingModel | undefined, { progress: { total } }: EmbeddingSpace): string {
  const texts = counted(total, 'text');
  return model === undefined || model.provider === 'local'
    ? `${texts} will be embedded anew.`
    : `${texts} will be sent to ${PROVIDER_WORDS[model.provider]} and embedded anew, which may cost something there.`;
}
