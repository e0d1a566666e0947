/** Shows an error page if the window fails to render. */
import { Component, lazy, Suspense, type ReactNode } from 'react';

const BrokenPage = lazy(() => import('./broken-page'));

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
    if (error === null) return this.props.children;
    return (
      <Suspense fallback={null}>
        <BrokenPage error={error} />
      </Suspense>
    );
  }
}
