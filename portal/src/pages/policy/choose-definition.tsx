/** Where the first assignment begins. Source: portal reference 3.7. */
import { CheckmarkCircleRegular } from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Command } from '../../design/commands.tsx';

interface ChooseDefinitionProps {
  readonly text: string;
  readonly primary?: boolean;
}

export function ChooseDefinition({ text, primary = false }: ChooseDefinitionProps): ReactElement {
  const navigate = useNavigate();
  return (
    <Command
      {...(primary ? { primary } : {})}
      text={text}
      icon={<CheckmarkCircleRegular />}
      onClick={() => void navigate({ to: '/policy/definitions' })}
    />
  );
}
