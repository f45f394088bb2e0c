/** English: what forms, lists and dialogs of every room of the console say. */

export const parts = {
  save: 'Save',
  cancel: 'Cancel',
  close: 'Close',
  doing: 'One moment…',
  saved: 'Saved.',
  loading: 'Loading…',
  retry: 'Try again',
  more: 'Show more',
  copy: 'Copy',
  copied: 'Copied. Keep it somewhere safe.',
  not_loaded: 'The service did not answer. Nothing is lost; try again in a moment.',
  unreachable: 'The service does not answer. Nothing was changed; check your connection and try again.',
  unavailable: 'The service is busy or being restarted. Nothing was changed; try again in a moment.',
  forbidden: 'Your role may not do this. An administrator may.',
  gone: 'That is not there any more. Somebody may have deleted it.',
  failed: 'That failed on our side and nothing was changed. Try again in a moment.',
  messages: /** @type {Record<string, string>} */ ({
    'There is one of these already.': 'There is one of these already.',
    'Unprocessable Entity': 'Something in the form is not right.',
  }),
  required: 'This is needed.',
  effects: 'What this changes',
};
