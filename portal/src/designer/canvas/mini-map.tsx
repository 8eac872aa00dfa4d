/** The whole picture small, and what of it is in view. One canvas, drawn at most ten times a second. Source: portal reference 6.4 rule 6. */
import { useOnViewportChange, useReactFlow } from '@xyflow/react';
import { type PointerEvent, type ReactElement, useCallback, useEffect, useRef } from 'react';
import type { Layout } from '../core/layout.ts';

const width = 168;
const height = 112;
const pause = 100;

export interface MiniMapProps {
  readonly layout: Layout;
  readonly selected: string | undefined;
  readonly frame: { readonly current: HTMLDivElement | null };
  readonly colourOf: (path: string) => string;
}

/** A small picture needs no smaller one. */
const least = 15;

export function MiniMap(props: MiniMapProps): ReactElement | null {
  return props.layout.boxes.length < least ? null : <Map {...props} />;
}

function Map({ layout, selected, frame, colourOf }: MiniMapProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { getViewport, setCenter, getZoom } = useReactFlow();
  const scale = Math.min(width / Math.max(1, layout.width), height / Math.max(1, layout.height));
  const draw = useCallback(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined || canvas.current === null) return;
    const style = getComputedStyle(canvas.current);
    const left = (width - layout.width * scale) / 2;
    const top = (height - layout.height * scale) / 2;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    for (const { path, kind, x, y, w, h, collapsed } of layout.boxes) {
      if (kind === 'branch' || kind === 'empty' || kind === 'addCase') continue;
      const isFrame = kind === 'frame' && !collapsed;
      context.fillStyle = isFrame ? style.getPropertyValue('--colorNeutralBackground4') : colourOf(path);
      if (path === selected) context.fillStyle = style.getPropertyValue('--colorBrandStroke1');
      context.fillRect(left + x * scale, top + y * scale, Math.max(1, w * scale), Math.max(1, h * scale));
    }
    const { x, y, zoom } = getViewport();
    context.strokeStyle = style.getPropertyValue('--colorNeutralForeground1');
    context.strokeRect(
      left + (-x / zoom) * scale,
      top + (-y / zoom) * scale,
      ((frame.current?.clientWidth ?? 0) / zoom) * scale,
      ((frame.current?.clientHeight ?? 0) / zoom) * scale,
    );
  }, [layout, scale, selected, colourOf, getViewport, frame]);
  useEffect(draw, [draw]);
  const soon = useCallback(() => {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      draw();
    }, pause);
  }, [draw]);
  useOnViewportChange({ onChange: soon, onEnd: soon });
  useEffect(() => () => clearTimeout(waiting.current), []);
  const move = ({ clientX, clientY, buttons, currentTarget }: PointerEvent<HTMLCanvasElement>): void => {
    if (buttons !== 1) return;
    const box = currentTarget.getBoundingClientRect();
    const x = (clientX - box.left - (width - layout.width * scale) / 2) / scale;
    const y = (clientY - box.top - (height - layout.height * scale) / 2) / scale;
    void setCenter(x, y, { zoom: getZoom() });
  };
  return (
    <canvas
      ref={canvas}
      className="flow-map"
      width={width}
      height={height}
      aria-hidden="true"
      onPointerDown={move}
      onPointerMove={move}
    />
  );
}
