/** Ends the first answer in a conversation; later a word is enough. */
export const DEMO_NOTICE =
  '*From the built-in demo provider: set phrases and quotations from this conversation. Nothing was generated.*';
export const SHORT_DEMO_NOTICE = '*(demo)*';

/** Every answer says what it is, and is read by others without that. */
export const withDemoNotice = (text: string, isFirst: boolean): string =>
  `${text}\n\n${isFirst ? DEMO_NOTICE : SHORT_DEMO_NOTICE}`;

export const withoutDemoNotice = (text: string): string =>
  text.replaceAll(DEMO_NOTICE, '').replaceAll(SHORT_DEMO_NOTICE, '').trim();

export const isDemoNotice = (text: string): boolean => withoutDemoNotice(text) === '';
