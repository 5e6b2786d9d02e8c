import { useMutation } from '@tanstack/react-query';
import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';

import { Session } from '../../../../contracts/user.ts';
import { ApiFailure, wordsOf } from '../../lib/failure.ts';
import { safeReturnTo } from '../../lib/paths.ts';
import { useServices, useUser } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, FieldError, Input } from '../../ui/field.tsx';
import { Wordmark } from '../../ui/wordmark.tsx';

type Credentials = { email: string; password: string } | { token: string };

/** By email and password, or by the one-time link that the first start prints. Goes back to where one came from. */
export function SignInPage() {
  const { api, session } = useServices();
  const [search] = useSearchParams();
  const user = useUser();
  const token = search.get('token');
  const signIn = useMutation({
    mutationFn: (credentials: Credentials) =>
      'token' in credentials
        ? api.post('/auth/sign-in-link', Session, { body: credentials })
        : api.post('/auth/login', Session, { body: credentials }),
    onSuccess: (opened) => session.getState().signIn(opened),
  });
  const redeemed = useRef<string | null>(null);
  const { mutate } = signIn;
  useEffect(() => {
    // A link is good for one use: a second effect of the same page must not spend it again.
    if (token === null || redeemed.current === token) return;
    redeemed.current = token;
    mutate({ token });
  }, [token, mutate]);

  if (user !== null && (token === null || signIn.isSuccess))
    return <Navigate to={safeReturnTo(search.get('returnTo'))} replace />;
  const byLink = token !== null && (signIn.isPending || signIn.isIdle);
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <title>Sign in · GatheRing</title>
      <div className="w-full max-w-[360px]">
        <Wordmark />
        <h1 className="mt-6 text-xl font-semibold tracking-tight">Sign in</h1>
        {byLink ? (
          <p role="status" className="mt-2 text-ink-2">
            Signing you in with your link …
          </p>
        ) : (
          <SignInForm
            pending={signIn.isPending}
            error={signIn.error}
            byLink={token !== null}
            onSubmit={(credentials) => signIn.mutate(credentials)}
          />
        )}
      </div>
    </main>
  );
}

interface FormProps {
  pending: boolean;
  error: Error | null;
  byLink: boolean;
  onSubmit: (credentials: Credentials) => void;
}

function SignInForm({ pending, error, byLink, onSubmit }: FormProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onSubmit({ email: email.trim(), password });
  };
  return (
    <form className="mt-5 flex flex-col gap-4" onSubmit={submit}>
      {error !== null && (
        <div role="alert">
          <FieldError>{refusal(error, byLink && email === '')}</FieldError>
        </div>
      )}
      <Field label="Email">
        {(control) => (
          <Input
            {...control}
            type="text"
            inputMode="email"
            autoComplete="username"
            required
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label="Password">
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" disabled={pending} className="h-9">
        {pending ? 'Signing in …' : 'Sign in'}
      </Button>
      <p className="text-sm text-ink-2">
        The first start prints the administrator&apos;s email, password and a one-time link in its terminal.
      </p>
    </form>
  );
}

function refusal(error: Error, link: boolean): string {
  if (error instanceof ApiFailure && error.status === 401) {
    return link
      ? 'This link was used already or is too old. Sign in with your email and password.'
      : 'This email and password do not go together. Check both and try again.';
  }
  if (error instanceof ApiFailure && error.status === 422) {
    return 'Write the email address that you sign in with, such as ada@example.org, and your password.';
  }
  const { title, detail, advice } = wordsOf(error);
  return `${title}. ${detail === title ? '' : `${detail} `}${advice}`;
}
