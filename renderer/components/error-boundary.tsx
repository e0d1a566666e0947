/** Shows an error page if the window fails to render. */
import { Component, type ReactNode } from 'react';
import { onceLoaded } from './once-loaded';

const BrokenPage = onceLoaded(() => import('./broken-page'));

interface State {
  readonly error: Error | null;
}

export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <BrokenPage error={error} />;
  }
}
