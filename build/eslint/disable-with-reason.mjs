/** @type {import('eslint').Rule.RuleModule} */
export const disableWithReasonRule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Ask for a reason beside every rule that is switched off' },
    schema: [],
    messages: {
      reason: 'Say why after the rule: eslint-disable-next-line some-rule -- the reason.',
    },
  },
  create(context) {
    return {
      Program: () => {
        for (const comment of context.sourceCode.getAllComments()) {
          const text = comment.value.trim();
          if (/^eslint-disable/.test(text) && !/\s--\s+\S/.test(text) && comment.loc) {
            context.report({ loc: comment.loc, messageId: 'reason' });
          }
        }
      },
    };
  },
};
