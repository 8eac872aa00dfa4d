/** Zooming by buttons. */
import { Button } from '@fluentui/react-components';
import { AddRegular, SubtractRegular, ZoomFitRegular } from '@fluentui/react-icons';
import { Panel, useReactFlow } from '@xyflow/react';
import type { ReactElement } from 'react';

export function Tools({
  isFolded,
  onExpand,
}: {
  readonly isFolded: boolean;
  readonly onExpand: () => void;
}): ReactElement {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <Panel position="bottom-left" className="flow-tools">
      <Button
        size="small"
        icon={<AddRegular />}
        aria-label="Zoom in"
        title="Zoom in (Ctrl +)"
        onClick={() => void zoomIn()}
      />
      <Button
        size="small"
        icon={<SubtractRegular />}
        aria-label="Zoom out"
        title="Zoom out (Ctrl -)"
        onClick={() => void zoomOut()}
      />
      <Button
        size="small"
        icon={<ZoomFitRegular />}
        aria-label="Fit to screen"
        title="Fit to screen (Ctrl 0)"
        onClick={() => void fitView({ padding: 0.05 })}
      />
      {isFolded ? (
        <Button size="small" onClick={onExpand}>
          Expand all
        </Button>
      ) : null}
    </Panel>
  );
}
