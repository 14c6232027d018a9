import ts from 'typescript';

const NAMES = new Set(['test', 'it', 'describe']);

/**
 * What the tests of a file and their groups are called, `%s` and `${}` as they are written.
 * @param {string} source of the file, TypeScript
 * @returns {string[]}
 */
export function testTitles(source) {
  /** @type {string[]} */
  const titles = [];
  const file = ts.createSourceFile('test.ts', source, ts.ScriptTarget.Latest);
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node)) {
      const [title] = node.arguments;
      const isText = title !== undefined && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title));
      if (isText && isTest(node.expression)) titles.push(textOf(title, file));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return titles;
}

/**
 * `test`, `it.each(rows)`, `describe.skipIf(none).each(rows)`.
 * @param {ts.Expression} called
 * @returns {boolean}
 */
function isTest(called) {
  if (ts.isIdentifier(called)) return NAMES.has(called.text);
  return (ts.isPropertyAccessExpression(called) || ts.isCallExpression(called)) && isTest(called.expression);
}

/**
 * @param {ts.StringLiteralLike | ts.TemplateExpression} title
 * @param {ts.SourceFile} file
 */
function textOf(title, file) {
  return ts.isTemplateExpression(title) ? title.getText(file).slice(1, -1) : title.text;
}
